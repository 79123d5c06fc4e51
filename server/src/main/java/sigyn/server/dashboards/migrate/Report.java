package sigyn.server.dashboards.migrate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// How faithfully a dashboard is shown: one note for everything that is not exactly as its file says.
public final class Report {
    public enum Level {
        /// Written in an old form, shown as meant.
        CONVERTED,
        /// Shown, but not quite as the file says.
        APPROXIMATED,
        /// An option without effect here.
        IGNORED,
        /// The panel cannot be drawn; its data is shown as a table.
        UNSUPPORTED
    }

    /// @param panelId 0: about the dashboard as a whole
    public record Note(Level level, long panelId, String panel, String text) {}

    private final List<Note> notes = new ArrayList<>();
    private int panels;

    void panels(int count) {
        panels = count;
    }

    void note(Level level, String text) {
        notes.add(new Note(level, 0, "", text));
    }

    void note(Level level, ObjectNode panel, String text) {
        notes.add(new Note(level, Json.number(panel, "id", 0), Json.text(panel, "title"), text));
    }

    public List<Note> notes() {
        return List.copyOf(notes);
    }

    public int panels() {
        return panels;
    }

    /// `{summary, panels, exact, approximated, unsupported, ignored, notes: [{level, panelId, panel, text}]}`
    public ObjectNode json() {
        var worst = new HashMap<Long, Level>();
        for (var note : notes) {
            if (note.panelId() != 0) {
                worst.merge(note.panelId(), note.level(), (a, b) -> weight(a) >= weight(b) ? a : b);
            }
        }
        long approximated = count(worst.values(), Level.APPROXIMATED);
        long unsupported = count(worst.values(), Level.UNSUPPORTED);
        long ignored = notes.stream().filter(n -> n.level() == Level.IGNORED).count();
        long exact = panels - approximated - unsupported;
        var json = Json.object();
        json.put(
                "summary",
                panels + " panels, " + exact + " exact, " + approximated + " approximated, " + unsupported
                        + " unsupported, " + ignored + " options ignored");
        json.put("panels", panels);
        json.put("exact", exact);
        json.put("approximated", approximated);
        json.put("unsupported", unsupported);
        json.put("ignored", ignored);
        var list = json.putArray("notes");
        for (var note : notes) {
            var item = list.addObject();
            item.put("level", note.level().name().toLowerCase(java.util.Locale.ROOT));
            if (note.panelId() != 0) {
                item.put("panelId", note.panelId());
                item.put("panel", note.panel());
            }
            item.put("text", note.text());
        }
        return json;
    }

    private static int weight(Level level) {
        return switch (level) {
            case CONVERTED -> 0;
            case IGNORED -> 1;
            case APPROXIMATED -> 2;
            case UNSUPPORTED -> 3;
        };
    }

    private static long count(Collection<Level> levels, Level level) {
        return levels.stream().filter(l -> l == level).count();
    }
}
