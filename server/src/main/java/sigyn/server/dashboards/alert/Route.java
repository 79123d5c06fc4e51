package sigyn.server.dashboards.alert;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Spans;
import tools.jackson.databind.node.ObjectNode;

/// Where alerts go and how often.
///
/// @param receiver the name of a contact point
/// @param groupBy the labels whose values alerts of one message share; `...` stands for all
/// @param groupWait from the first alert of a group to its first message
/// @param groupInterval the least between two messages that say something new
/// @param repeatInterval when a message is sent again though nothing is new
public record Route(
        String receiver, List<String> groupBy, Duration groupWait, Duration groupInterval, Duration repeatInterval) {
    private static final List<String> STANDARD_GROUP = List.of("grafana_folder", "alertname");

    public Route {
        groupBy = List.copyOf(groupBy);
    }

    /// A rule's `notification_settings`, or a notification policy.
    static @Nullable Route read(@Nullable ObjectNode json) {
        if (json == null || Json.text(json, "receiver").isEmpty()) {
            return null;
        }
        var groupBy = Json.texts(json, "group_by");
        return new Route(
                Json.text(json, "receiver"),
                groupBy.isEmpty() ? STANDARD_GROUP : groupBy,
                span(json, "group_wait", Duration.ofSeconds(30)),
                span(json, "group_interval", Duration.ofMinutes(5)),
                span(json, "repeat_interval", Duration.ofHours(4)));
    }

    private static Duration span(ObjectNode json, String key, Duration otherwise) {
        String text = Json.text(json, key);
        Duration span = text.isEmpty() ? otherwise : Spans.parse(text);
        if (span == null) {
            throw Refusal.badRequest(key + ": expected a duration such as 5m, found \"" + text + "\"");
        }
        return span;
    }
}
