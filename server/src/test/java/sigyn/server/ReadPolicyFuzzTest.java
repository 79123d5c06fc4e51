package sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.logql.LogQl;
import sigyn.model.LabelMatcher;
import sigyn.server.config.LokiConfig;
import sigyn.server.dashboards.DashboardsConfig;
import sigyn.testkit.Property;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Under a read policy no endpoint says anything of a stream that the policy leaves out, whatever is asked.
///
/// All that is stored of namespace `x`, lines, labels, metadata and field names alike, carries the mark `zqxq`; the
/// questions never contain a whole mark, so a mark in an answer was read from storage. `-Dproperty.cases=100000` is the
/// long form; it takes seven minutes.
class ReadPolicyFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADMIN = "Basic YWRtaW46YWRtaW4xMjM=";
    private static final List<String> NAMESPACES = List.of("a", "b", "c", "d", "e");
    private static final List<String> TEAMS = List.of("red", "blue");
    private static final int LINES = 20;
    private static final long START = System.currentTimeMillis() - 1_800_000;
    private static final List<String> POLICIES = List.of(
            "{namespace=\"a\"}",
            "{namespace=\"b\"}",
            "{namespace=~\"a|b\"}",
            "{namespace=~\"[c-e]\"}",
            "{namespace!=\"c\", namespace=~\".+\"}",
            "{namespace!~\"a|b|c\", team=~\".+\"}",
            "{namespace=\"a\", team=\"red\"}",
            "{namespace=~\".+\", team=\"red\"}",
            "{namespace=~\"d.*\", team!=\"red\"}",
            "{team=\"blue\"}",
            "{namespace=\"nobody\"}",
            "{namespace=~\"a|e\", team=~\"red|blue\"}",
            "{namespace!=\"a\", namespace!=\"b\", app=~\".+\"}",
            "{namespace=~\"b|c\", namespace!=\"b\"}",
            "{namespace=`e`}",
            "{namespace=~\"(?i)A\"}",
            "{namespace=\"c\", absent=\"\"}",
            "{namespace=\"c\", team=~\".*\"}",
            "{namespace=~\"d|\", team=~\".+\"}",
            "{namespace=\"e\", team!~\"b.*\"}");

    /// A caller with a policy and the marks it must never see.
    private record Reader(String token, String policy, Set<String> forbidden) {}

    @TempDir
    static Path folder;

    private static Node node;
    private static HttpClient client;
    private static final List<Reader> READERS = new ArrayList<>();
    private static String proxy = "";
    private static String sourceUid = "";

    @BeforeAll
    static void start() throws Exception {
        node = Node.start(
                LokiConfig.withoutFile(folder).withListen("127.0.0.1", 0, 0),
                DashboardsConfig.read(
                                Map.of(
                                        "GF_SECURITY_ADMIN_PASSWORD", "admin123",
                                        "GF_PATHS_DATA",
                                                folder.resolve("dashboards").toString(),
                                        "GF_PATHS_PROVISIONING",
                                                folder.resolve("provisioning").toString()),
                                null)
                        .withListen("127.0.0.1", 0),
                false,
                Clock.systemUTC());
        client = HttpClient.newHttpClient();
        var streams = write();
        JsonNode sources = json(send(dashboards("/api/datasources"), ADMIN, "GET", null, null));
        sourceUid = sources.get(0).path("uid").asString();
        proxy = "/api/datasources/proxy/uid/" + sourceUid + "/";
        for (String policy : POLICIES) {
            READERS.add(reader(policy, streams));
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        node.close();
    }

    /// Pushes the streams of all namespaces and returns their labels by mark.
    private static Map<String, List<Map<String, String>>> write() throws Exception {
        var byMark = new HashMap<String, List<Map<String, String>>>();
        var streams = new ArrayList<String>();
        for (String namespace : NAMESPACES) {
            for (String team : TEAMS) {
                String mark = mark(namespace, team);
                var labels =
                        Map.of("namespace", namespace, "team", team, "app", "app-" + mark, "only_" + mark, "v-" + mark);
                byMark.computeIfAbsent(mark, _ -> new ArrayList<>()).add(labels);
                var values = new ArrayList<String>();
                for (int i = 0; i < LINES; i++) {
                    String line = i % 2 == 0
                            ? "{\\\"level\\\":\\\"info\\\",\\\"field_" + mark + "\\\":\\\"" + mark + i
                                    + "\\\",\\\"n\\\":" + i + "}"
                            : "level=warn msg=\\\"hello " + mark + i + "\\\" n=" + i;
                    values.add("[\"" + (START + i * 1000L) + "000000\",\"" + line + "\",{\"meta_" + mark + "\":\"m"
                            + mark + "\"}]");
                }
                streams.add("{\"stream\":" + JSON.writeValueAsString(labels) + ",\"values\":["
                        + String.join(",", values) + "]}");
            }
        }
        var answer = send(
                logs("/loki/api/v1/push"),
                "",
                "POST",
                "application/json",
                "{\"streams\":[" + String.join(",", streams) + "]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        return byMark;
    }

    private static String mark(String namespace, String team) {
        return "zq" + namespace + team.charAt(0) + "q";
    }

    private static Reader reader(String policy, Map<String, List<Map<String, String>>> streams) throws Exception {
        var body = JSON.createObjectNode()
                .put("name", "reader " + policy)
                .put("role", "Viewer")
                .put("policy", policy);
        var account =
                json(send(dashboards("/api/serviceaccounts"), ADMIN, "POST", "application/json", body.toString()));
        var token = json(send(
                dashboards("/api/serviceaccounts/" + account.path("id").asLong() + "/tokens"),
                ADMIN,
                "POST",
                "application/json",
                "{\"name\":\"t\"}"));
        List<LabelMatcher> matchers = LogQl.parseAnySelector(policy);
        var forbidden = new TreeSet<String>();
        streams.forEach((mark, all) -> {
            boolean allowed = all.stream()
                    .anyMatch(labels -> matchers.stream().allMatch(m -> m.matches(labels.getOrDefault(m.name(), ""))));
            if (!allowed) {
                forbidden.add(mark);
            }
        });
        return new Reader("Bearer " + token.path("key").asString(), policy, forbidden);
    }

    @Test
    void noEndpointSaysAnythingOfWhatThePolicyLeavesOut() {
        var shown = new AtomicInteger();
        Property.forAll(1_500, (random, size) -> {
            var reader = READERS.get(random.nextInt(READERS.size()));
            var asked = switch (random.nextInt(20)) {
                case 0, 1 -> dataSourceQuery(random, reader);
                case 2, 3 -> export(random, reader);
                case 4, 5 -> resource(random, reader);
                default -> proxied(random, reader);
            };
            for (String mark : reader.forbidden()) {
                assertThat(asked.body())
                        .as("%s asks %s", reader.policy(), asked.uri())
                        .doesNotContain(mark);
            }
            if (asked.body().contains("zq")) {
                shown.incrementAndGet();
            }
        });
        assertThat(shown).as("answers with something in them").hasPositiveValue();
    }

    @Test
    void aTailShowsOnlyWhatThePolicyAllows() throws Exception {
        for (var reader : READERS.subList(0, 4)) {
            var text = new StringBuffer();
            var closed = new CompletableFuture<Void>();
            var mine = new CompletableFuture<Void>();
            var listener = new WebSocket.Listener() {
                @Override
                public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                    text.append(data);
                    if (text.indexOf("end of the tail") >= 0) {
                        mine.complete(null);
                    }
                    socket.request(1);
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void onError(WebSocket socket, Throwable error) {
                    closed.completeExceptionally(error);
                }
            };
            var uri = dashboards(
                    proxy + "loki/api/v1/tail?query=" + encoded("{team=~\".+\"}") + "&start=" + (START - 1) + "000000");
            var socket = client.newWebSocketBuilder()
                    .header("Authorization", reader.token())
                    .buildAsync(URI.create(uri.toString().replaceFirst("^http", "ws")), listener)
                    .get(10, TimeUnit.SECONDS);
            for (String namespace : NAMESPACES) {
                for (String team : TEAMS) {
                    send(
                            logs("/loki/api/v1/push"),
                            "",
                            "POST",
                            "application/json",
                            "{\"streams\":[{\"stream\":{\"namespace\":\"" + namespace + "\",\"team\":\"" + team
                                    + "\"},\"values\":[[\"" + System.currentTimeMillis() + "000000\",\"live "
                                    + mark(namespace, team) + " end of the tail\"]]}]}");
                }
            }
            mine.get(20, TimeUnit.SECONDS);
            socket.abort();
            assertThat(text.toString()).contains("zq");
            for (String mark : reader.forbidden()) {
                assertThat(text.toString()).as(reader.policy()).doesNotContain(mark);
            }
        }
    }

    private static HttpResponse<String> proxied(RandomGenerator random, Reader reader) throws Exception {
        String path = pick(
                random,
                "query",
                "query",
                "query_range",
                "query_range",
                "query_range",
                "labels",
                "label",
                "label/app/values",
                "label/only_x/values",
                "series",
                "index/stats",
                "index/volume",
                "index/volume_range",
                "patterns",
                "detected_labels",
                "detected_fields",
                "detected_field/n/values",
                "format_query",
                "tail",
                "delete",
                "rules",
                "../../api/prom/query",
                "query/../series",
                "label/..%2Fquery/values",
                "status/buildinfo");
        var form = new StringBuilder("start=" + (START - 60_000) + "000000&end=" + (System.currentTimeMillis() + 1000)
                + "000000&step=60&limit=" + pick(random, "10", "1000", "-1", "x"));
        int queries = random.nextInt(8) == 0 ? 2 : 1;
        for (int i = 0; i < queries; i++) {
            form.append('&')
                    .append(pick(random, "query", "query", "query", "query", "match[]", "match", "Query"))
                    .append('=')
                    .append(encoded(question(random)));
        }
        form.append(pick(
                random, "", "", "&targetLabels=app", "&aggregateBy=labels", "&direction=forward", "&explain=true"));
        boolean post = random.nextInt(4) == 0;
        boolean api = random.nextInt(20) != 0;
        String url = proxy
                + (api ? "loki/api/v1/" : pick(random, "api/prom/", "", "loki//api/v1/", "loki/api/v1/./"))
                + path;
        return post
                ? send(dashboards(url), reader.token(), "POST", "application/x-www-form-urlencoded", form.toString())
                : send(dashboards(url + "?" + form), reader.token(), "GET", null, null);
    }

    /// The download of a whole range.
    private static HttpResponse<String> export(RandomGenerator random, Reader reader) throws Exception {
        String parameters = "?start=" + (START - 60_000) + "000000&end=" + (System.currentTimeMillis() + 1000)
                + "000000&format=" + pick(random, "txt", "ndjson", "csv", "TXT", "zip") + "&query="
                + encoded(random.nextInt(4) == 0 ? question(random) : log(random));
        return send(dashboards("/api/ui/logs/" + sourceUid + parameters), reader.token(), "GET", null, null);
    }

    /// What editors and variables ask for.
    private static HttpResponse<String> resource(RandomGenerator random, Reader reader) throws Exception {
        String path = pick(
                random,
                "labels",
                "label/app/values",
                "label/namespace/values",
                "series",
                "index/stats",
                "index/volume",
                "patterns",
                "detected_labels",
                "detected_fields",
                "detected_field/n/values",
                "query_range",
                "../proxy/uid/" + sourceUid + "/loki/api/v1/labels",
                "loki/api/v1/labels");
        String parameters = "?start=" + (START - 60_000) + "000000&end=" + (System.currentTimeMillis() + 1000)
                + "000000&" + pick(random, "query", "match[]", "x") + "=" + encoded(question(random));
        return send(
                dashboards("/api/datasources/uid/" + sourceUid + "/resources/" + path + parameters),
                reader.token(),
                "GET",
                null,
                null);
    }

    private static HttpResponse<String> dataSourceQuery(RandomGenerator random, Reader reader) throws Exception {
        var body = JSON.createObjectNode()
                .put("from", String.valueOf(START - 60_000))
                .put("to", String.valueOf(System.currentTimeMillis()));
        body.putArray("queries")
                .addObject()
                .put("refId", "A")
                .put("expr", question(random))
                .put("queryType", pick(random, "range", "instant", "stream"))
                .putObject("datasource")
                .put("uid", sourceUid);
        return send(dashboards("/api/ds/query"), reader.token(), "POST", "application/json", body.toString());
    }

    private static String question(RandomGenerator random) {
        String text = random.nextInt(3) == 0 ? log(random) : metric(random, 2);
        if (random.nextInt(6) != 0) {
            return text;
        }
        int at = random.nextInt(text.length() + 1);
        String noise = pick(
                random, "{", "}", "\"", "`", " or ", ")", "(", ",", "\\", "#\n", "# }\n", "\u0000", "{}", "=~\".*\"");
        return text.substring(0, at) + noise + text.substring(at);
    }

    private static String metric(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 3)) {
            case 0 ->
                pick(random, "count_over_time", "rate", "bytes_over_time", "absent_over_time") + "(" + log(random)
                        + "[1h])";
            case 1 -> "sum_over_time(" + log(random) + " | logfmt | unwrap n [1h])";
            case 2 -> "count_over_time(" + log(random) + "[30m] offset 1m)";
            case 3 -> "sum by (app, namespace) (" + metric(random, depth - 1) + ")";
            case 4 -> "topk(5, " + metric(random, depth - 1) + ")";
            case 5 ->
                metric(random, depth - 1)
                        + pick(random, " or ", " and ", " unless ", " + ", " / ")
                        + metric(random, depth - 1);
            case 6 -> "label_replace(" + metric(random, depth - 1) + ", \"x\", \"$1\", \"app\", \"(.*)\")";
            case 7 -> "count_distinct(app, " + log(random) + " [1h])";
            default -> "sort_desc(" + metric(random, depth - 1) + ")";
        };
    }

    private static String log(RandomGenerator random) {
        var text = new StringBuilder(selector(random));
        for (int stages = random.nextInt(4); stages > 0; stages--) {
            text.append(pick(
                    random,
                    " |= \"zq\"",
                    " |~ `zq[a-e]`",
                    " != \"x\" or \"namespace\"",
                    " | json",
                    " | logfmt",
                    " | line_format `{{.app}} {{.namespace}} {{__line__}}`",
                    " | label_format namespace=`a`",
                    " | label_format namespace=team, team=`{{.app}}`",
                    " | drop namespace",
                    " | keep app",
                    " | distinct app",
                    " | sort by n desc",
                    " | context 3 3",
                    " | n > 3",
                    " | namespace=~\".*\"",
                    " | pattern `<_> <x>`",
                    " |> `<_>zq<_>`"));
        }
        return text.toString();
    }

    private static String selector(RandomGenerator random) {
        return pick(
                random,
                "{namespace=~\".+\"}",
                "{namespace=\"" + pick(random, "a", "b", "c", "d", "e") + "\"}",
                "{team=\"red\"}",
                "{app=~\"app-zq.*\"}",
                "{namespace=~\"a|b|c|d|e\", team=~\".+\"}",
                "{namespace!=\"a\", app=~\".+\"}",
                "{app=~\".+\" , namespace=~`.*`}",
                "{service_name=~\".+\"}",
                "{}",
                "{namespace=\"a\\\", app=~\\\".+\"}",
                "{app=~\".+\"} # {namespace=\"a\"}\n",
                "{__name__=~\".*\", app=~\".+\"}");
    }

    private static String pick(RandomGenerator random, String... from) {
        return from[random.nextInt(from.length)];
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static URI logs(String path) {
        return URI.create("http://127.0.0.1:" + node.logsPort().orElseThrow() + path);
    }

    private static URI dashboards(String path) {
        return URI.create("http://127.0.0.1:" + node.dashboardsPort().orElseThrow() + path);
    }

    private static HttpResponse<String> send(
            URI uri, String authorization, String method, @Nullable String type, @Nullable String body)
            throws Exception {
        var request = HttpRequest.newBuilder(uri)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }
}
