package sigyn.server.dashboards.alert;

import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sigyn.server.dashboards.source.LinesBehind;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// What a receiver is told: the body of a webhook, version 1, as Grafana writes it. Beyond it every alert that fires
/// has `samples`, up to three of its lines, and `logsURL`, where all of them are seen.
final class Message {
    private static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

    private final String root;
    private final List<Member> members;
    private final SortedMap<String, String> groupLabels;

    /// @param root the address of the dashboards, with a slash at the end
    Message(String root, SortedMap<String, String> groupLabels, List<Member> members) {
        this.root = root;
        this.groupLabels = Texts.visible(groupLabels);
        this.members = List.copyOf(members);
    }

    /// An instance with its rule.
    record Member(Rule rule, Instance instance) {
        boolean firing() {
            return instance.state().firing();
        }
    }

    ObjectNode webhook(ContactPoint point) {
        long most = Json.number(point.settings(), "maxAlerts", 0);
        var shown = most > 0 && most < members.size() ? members.subList(0, (int) most) : members;
        boolean firing = members.stream().anyMatch(Member::firing);
        var common = common(members.stream().map(m -> m.instance().labels()).toList());
        var json = Json.object();
        json.put("receiver", point.name());
        json.put("status", firing ? "firing" : "resolved");
        json.put("orgId", 1);
        var alerts = json.putArray("alerts");
        shown.forEach(member -> alerts.add(alert(member)));
        put(json, "groupLabels", groupLabels);
        put(json, "commonLabels", common);
        put(
                json,
                "commonAnnotations",
                common(members.stream().map(m -> m.instance().annotations()).toList()));
        json.put("externalURL", root);
        json.put("version", "1");
        json.put("groupKey", groupKey());
        json.put("truncatedAlerts", members.size() - shown.size());
        json.put("title", own(point, "title", title(common)));
        json.put("state", firing ? "alerting" : "ok");
        json.put("message", own(point, "message", text(shown)));
        return json;
    }

    /// The contact point's own text, unless it is a template, which are not filled in here.
    private static String own(ContactPoint point, String key, String otherwise) {
        String text = point.text(key, otherwise);
        return text.contains("{{") ? otherwise : text;
    }

    private String groupKey() {
        return groupLabels.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                .collect(Collectors.joining(", ", "{}:{", "}"));
    }

    private ObjectNode alert(Member member) {
        var instance = member.instance();
        var json = Json.object();
        json.put("status", member.firing() ? "firing" : "resolved");
        put(json, "labels", Texts.visible(instance.labels()));
        put(json, "annotations", Texts.visible(instance.annotations()));
        json.put("startsAt", Instant.ofEpochMilli(instance.starts()).toString());
        json.put("endsAt", (member.firing() ? ZERO : Instant.ofEpochMilli(instance.ends())).toString());
        json.put("generatorURL", ruleUrl(member.rule()));
        json.put("fingerprint", fingerprint(instance.labels()));
        json.put("silenceURL", ruleUrl(member.rule()));
        json.put("dashboardURL", dashboardUrl(member));
        json.put("panelURL", panelUrl(member));
        json.put("imageURL", "");
        json.put("ruleUID", member.rule().uid());
        json.put("orgId", 1);
        if (instance.values().isEmpty()) {
            json.putNull("values");
        } else {
            var values = json.putObject("values");
            instance.values().forEach(values::put);
        }
        json.put("valueString", Texts.values(instance));
        json.put("logsURL", logsUrl(member));
        if (member.firing()) {
            var samples = json.putArray("samples");
            for (var sample : instance.samples()) {
                var line = samples.addObject();
                line.put("time", time(sample)).put("nanos", sample.nanos()).put("line", sample.line());
                put(line, "labels", sample.labels());
            }
        }
        return json;
    }

    private String title(SortedMap<String, String> common) {
        long firing = members.stream().filter(Member::firing).count();
        long resolved = members.size() - firing;
        String status = firing == 0
                ? "[RESOLVED]"
                : "[FIRING:" + firing + (resolved == 0 ? "" : ", RESOLVED:" + resolved) + "]";
        String others = common.entrySet().stream()
                .filter(label -> !groupLabels.containsKey(label.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(" "));
        return status + " " + String.join(" ", groupLabels.values()) + (others.isEmpty() ? "" : " (" + others + ")");
    }

    private String text(List<Member> shown) {
        var text = new StringBuilder();
        section(text, "**Firing**", shown.stream().filter(Member::firing).toList());
        section(text, "**Resolved**", shown.stream().filter(m -> !m.firing()).toList());
        return text.toString();
    }

    private void section(StringBuilder text, String head, List<Member> some) {
        if (some.isEmpty()) {
            return;
        }
        text.append(text.isEmpty() ? "" : "\n\n").append(head).append('\n');
        for (var member : some) {
            var instance = member.instance();
            String values = instance.values().entrySet().stream()
                    .map(value -> value.getKey() + "=" + Texts.number(value.getValue()))
                    .collect(Collectors.joining(", "));
            text.append("\nValue: ").append(values.isEmpty() ? "[no value]" : values);
            list(text, "Labels:", Texts.visible(instance.labels()));
            list(text, "Annotations:", Texts.visible(instance.annotations()));
            var links = new LinkedHashMap<String, String>();
            links.put("Source", ruleUrl(member.rule()));
            links.put("Dashboard", dashboardUrl(member));
            links.put("Panel", panelUrl(member));
            links.put("Logs", logsUrl(member));
            links.values().removeIf(String::isEmpty);
            links.forEach(
                    (name, url) -> text.append('\n').append(name).append(": ").append(url));
            if (member.firing() && !instance.samples().isEmpty()) {
                text.append("\nLines:");
                instance.samples()
                        .forEach(s ->
                                text.append("\n - ").append(time(s)).append(' ').append(s.line()));
            }
            text.append('\n');
        }
    }

    private static void list(StringBuilder text, String head, SortedMap<String, String> texts) {
        text.append('\n').append(head);
        texts.forEach(
                (name, value) -> text.append("\n - ").append(name).append(" = ").append(value));
    }

    private static String time(Instance.Sample sample) {
        var parts = new BigInteger(sample.nanos()).divideAndRemainder(BigInteger.valueOf(1_000_000_000));
        return Instant.ofEpochSecond(parts[0].longValue(), parts[1].longValue()).toString();
    }

    private String ruleUrl(Rule rule) {
        return root + "alerting/grafana/" + rule.uid() + "/view?orgId=1";
    }

    private String dashboardUrl(Member member) {
        String uid = member.rule().annotations().getOrDefault("__dashboardUid__", "");
        long starts = member.instance().starts();
        long end = member.firing() ? starts + 600_000 : member.instance().ends();
        return uid.isEmpty()
                ? ""
                : root + "d/" + uid + "?from=" + (starts - 3_600_000) + "&orgId=1&to=" + Math.max(starts, end);
    }

    private String panelUrl(Member member) {
        String dashboard = dashboardUrl(member);
        String panel = member.rule().annotations().getOrDefault("__panelId__", "");
        return dashboard.isEmpty() || panel.isEmpty() ? "" : dashboard + "&viewPanel=" + escaped(panel);
    }

    /// Explore with the lines that the alert counted when it began.
    private String logsUrl(Member member) {
        var query = member.rule().query();
        if (query == null) {
            return "";
        }
        var range = Duration.ofSeconds(query.fromSeconds() - query.toSeconds());
        return LinesBehind.of(
                        Json.text(query.model(), "expr"), member.instance().series(), range)
                .map(lines -> {
                    long to = member.instance().starts()
                            - query.toSeconds() * 1000
                            - lines.offset().toMillis();
                    return root + "explore?ds=" + escaped(query.datasourceUid()) + "&q=" + escaped(lines.query())
                            + "&from=" + (to - lines.window().toMillis()) + "&to=" + to;
                })
                .orElse("");
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// FNV-1a of the labels, as Alertmanager has it.
    static String fingerprint(SortedMap<String, String> labels) {
        long hash = 0xcbf29ce484222325L;
        for (var label : labels.entrySet()) {
            for (String part : List.of(label.getKey(), label.getValue())) {
                for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
                    hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
                }
                hash = (hash ^ 0xff) * 0x100000001b3L;
            }
        }
        return String.format(Locale.ROOT, "%016x", hash);
    }

    private static SortedMap<String, String> common(List<SortedMap<String, String>> all) {
        var common = new TreeMap<>(all.isEmpty() ? new TreeMap<>() : all.getFirst());
        for (var one : new ArrayList<>(all)) {
            common.entrySet().removeIf(entry -> !entry.getValue().equals(one.get(entry.getKey())));
        }
        return Texts.visible(common);
    }

    private static void put(ObjectNode json, String key, SortedMap<String, String> texts) {
        var object = json.putObject(key);
        texts.forEach(object::put);
    }
}
