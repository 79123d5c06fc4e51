package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Rows of panels with a width of twelve and a height in pixels became a grid of 24 columns.
///
/// `w = 2·span` (4 when missing), `h = ceil(max(px, 90) / 38)` (250 px when missing). When any row has a title shown,
/// is collapsed or repeats, every row gets a `row` panel.
final class V16RowsToGrid implements Step {
    private static final int COLUMNS = 24;
    private static final double ROW_PIXELS = 38;

    @Override
    public int version() {
        return 16;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        if (!(dashboard.get("rows") instanceof ArrayNode)) {
            return;
        }
        var rows = Json.objects(dashboard, "rows");
        boolean showRows = rows.stream().anyMatch(V16RowsToGrid::hasHead);
        var panels = dashboard.get("panels") instanceof ArrayNode there ? there : dashboard.putArray("panels");
        int y = Panels.withRows(dashboard).stream()
                .mapToInt(V16RowsToGrid::bottom)
                .max()
                .orElse(0);
        long id = highestId(rows) + 1;
        for (var row : rows) {
            boolean collapsed = Json.flag(row, "collapse", false);
            ObjectNode head = null;
            if (showRows) {
                head = head(row, id++, y, collapsed);
                panels.add(head);
                y++;
            }
            y = place(row, head != null && collapsed ? (ArrayNode) head.get("panels") : panels, y);
        }
        dashboard.remove("rows");
        report.note(Report.Level.CONVERTED, rows.size() + " rows placed in the grid");
    }

    private static boolean hasHead(ObjectNode row) {
        return Json.flag(row, "collapse", false)
                || Json.flag(row, "showTitle", false)
                || !Json.text(row, "repeat").isEmpty();
    }

    private static ObjectNode head(ObjectNode row, long id, int y, boolean collapsed) {
        var head = Json.object();
        head.put("id", id);
        head.put("type", "row");
        head.put("title", Json.text(row, "title"));
        head.put("collapsed", collapsed);
        if (!Json.text(row, "repeat").isEmpty()) {
            head.put("repeat", Json.text(row, "repeat"));
        }
        head.set("gridPos", position(0, y, COLUMNS, 1));
        head.putArray("panels");
        return head;
    }

    /// Puts the row's panels where there is room, each as high up and then as far left as it goes.
    private static int place(ObjectNode row, ArrayNode into, int top) {
        int rowHeight = height(row, "250px");
        int[] filled = new int[COLUMNS];
        java.util.Arrays.fill(filled, top);
        int bottom = top;
        for (var panel : Json.objects(row, "panels")) {
            int width = Math.clamp(Math.round(number(panel, "span", 4) * 2), 1, COLUMNS);
            int high = panel.has("height") ? height(panel, "250px") : rowHeight;
            int x = 0;
            int y = Integer.MAX_VALUE;
            for (int at = 0; at + width <= COLUMNS; at++) {
                int floor = top;
                for (int column = at; column < at + width; column++) {
                    floor = Math.max(floor, filled[column]);
                }
                if (floor < y) {
                    y = floor;
                    x = at;
                }
            }
            for (int column = x; column < x + width; column++) {
                filled[column] = y + high;
            }
            bottom = Math.max(bottom, y + high);
            panel.set("gridPos", position(x, y, width, high));
            panel.remove("span");
            into.add(panel);
        }
        return bottom;
    }

    private static int height(ObjectNode node, String otherwise) {
        String digits = Json.text(node, "height", otherwise).replaceAll("[^0-9.]", "");
        double pixels;
        try {
            pixels = digits.isEmpty() ? 250 : Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            pixels = 250;
        }
        return (int) Math.ceil(Math.min(Math.max(pixels, 90), 10_000) / ROW_PIXELS);
    }

    private static double number(ObjectNode node, String key, double otherwise) {
        return node.path(key).isNumber() ? node.get(key).doubleValue() : otherwise;
    }

    private static ObjectNode position(int x, int y, int w, int h) {
        return Json.object().put("x", x).put("y", y).put("w", w).put("h", h);
    }

    private static int bottom(ObjectNode panel) {
        var place = Json.object(panel, "gridPos");
        return place == null ? 0 : (int) (Json.number(place, "y", 0) + Json.number(place, "h", 0));
    }

    private static long highestId(List<ObjectNode> rows) {
        long highest = 0;
        for (var row : rows) {
            for (var panel : Json.objects(row, "panels")) {
                highest = Math.max(highest, Json.number(panel, "id", 0));
            }
        }
        return highest;
    }
}
