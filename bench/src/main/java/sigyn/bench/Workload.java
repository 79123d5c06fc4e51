package sigyn.bench;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;

/// Prebuilt push bodies (Loki protobuf, Snappy, about 1 MB raw each) of twenty-four hosts: every `*.log` sample of a
/// folder with its identifiers, addresses and numbers drawn anew, and three made up services (JSON, logfmt, nginx). The
/// same samples, size and seed give the same lines.
///
/// The file is a sequence of (length: 4 bytes, big-endian; body). [Facts] are kept beside it in `FILE.meta`.
final class Workload {
    /// Figures of a workload and twenty lines' unique needles.
    record Facts(long lines, long rawBytes, long startNanos, long endNanos, List<String> needles) {
        static Facts read(Path file) throws IOException {
            long lines = 0;
            long raw = 0;
            long start = 0;
            long end = 0;
            var needles = new ArrayList<String>();
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "lines" -> lines = Long.parseLong(words[1]);
                    case "raw_bytes" -> raw = Long.parseLong(words[1]);
                    case "start_ns" -> start = Long.parseLong(words[1]);
                    case "end_ns" -> end = Long.parseLong(words[1]);
                    case "needle" -> needles.add(words[1]);
                    default -> {}
                }
            }
            return new Facts(lines, raw, start, end, needles);
        }

        void write(Path file) throws IOException {
            var text = new StringBuilder("lines " + lines + "\nraw_bytes " + rawBytes + "\nstart_ns " + startNanos
                    + "\nend_ns " + endNanos + "\n");
            needles.forEach(needle -> text.append("needle ").append(needle).append('\n'));
            Files.writeString(file, text);
        }
    }

    private enum Kind {
        SAMPLE,
        JSON,
        LOGFMT,
        NGINX
    }

    /// One log of a host; its lines come by turns from several instances when there are to be many streams.
    private static final class Stream {
        final Kind kind;
        final List<String> source;
        final String level;
        final Instance[] instances;
        int at;
        long lastTime;

        Stream(Kind kind, String labels, List<String> source, String level, int instances) {
            this.kind = kind;
            this.source = source;
            this.level = level;
            this.instances = new Instance[instances];
            for (int i = 0; i < instances; i++) {
                this.instances[i] =
                        new Instance(instances == 1 ? labels : labels.replace("}", ", instance=\"i-" + i + "\"}"));
            }
        }
    }

    private static final class Instance {
        final String labels;
        final ByteArrayOutputStream entries = new ByteArrayOutputStream();
        int count;

        Instance(String labels) {
            this.labels = labels;
        }
    }

    /// What to make.
    ///
    /// @param hours the time it is spread over
    /// @param end the time of the last entry
    /// @param streams how many streams there are at least; 0 for as few as the hosts have logs
    /// @param batchLines lines of a body; 0 for about a megabyte
    record Plan(long lines, double hours, long seed, Instant end, int streams, int batchLines) {}

    private static final int HOSTS = 24;
    /// Of one host: two levels of four samples, four levels of three services.
    private static final int LOGS = 20;
    private static final int BATCH_BYTES = 1_000_000;
    private static final int NEEDLES = 20;
    private static final String[] STEPS = {
        "model_loading", "artifact_download", "health_check", "traffic_switch", "rollback", "warmup", "registry_update"
    };
    private static final String[] ENVIRONMENTS = {"testing", "staging", "production"};
    private static final String[] PATHS = {
        "/api/v1/models", "/api/v1/deploy", "/healthz", "/api/v1/predict", "/api/v1/classify", "/metrics", "/login"
    };
    private static final String[] AGENTS = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "curl/8.5.0", "python-requests/2.32.3", "kube-probe/1.31"
    };
    private static final DateTimeFormatter NGINX_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

    private final Random random;
    private final long[] ids = new long[4000];
    private final String[] hexIds = new String[2000];
    private final String[] addresses = new String[600];

    private final Plan plan;
    /// Apart from the other one, so that the lines are the same for any number of streams.
    private final Random instances;

    private Workload(Plan plan) {
        this.plan = plan;
        random = new Random(plan.seed());
        instances = new Random(plan.seed());
        for (int i = 0; i < ids.length; i++) {
            ids[i] = positive();
        }
        for (int i = 0; i < hexIds.length; i++) {
            hexIds[i] = hex(32);
        }
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = "10." + random.nextInt(20) + "." + random.nextInt(256) + "." + (1 + random.nextInt(254));
        }
    }

    /// Writes a workload to `file`.
    static Facts generate(Path samples, Path file, Plan plan) throws IOException {
        return new Workload(plan).write(samples, file);
    }

    private Facts write(Path samples, Path file) throws IOException {
        List<List<Stream>> hosts = hosts(samples);
        long lines = plan.lines();
        long end = plan.end().getEpochSecond() * 1_000_000_000L;
        long start = end - (long) (plan.hours() * 3600e9);
        long step = (end - start) / lines;
        long time = start;
        long raw = 0;
        long written = 0;
        long nextNeedle = lines / NEEDLES;
        int perLine = plan.batchLines() > 0 ? BATCH_BYTES / plan.batchLines() + 1 : 0;
        var needles = new ArrayList<String>();
        var compressor = new SnappyJavaCompressor();
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
            while (written < lines) {
                List<Stream> host = hosts.get(random.nextInt(HOSTS));
                for (long batch = 0; batch < BATCH_BYTES && written < lines; written++) {
                    int pick = (int) (Math.abs(random.nextGaussian()) * host.size() / 2.2);
                    Stream stream = host.get(Math.min(host.size() - 1, pick));
                    time += step;
                    long t = Math.max(time + random.nextInt(1000), stream.lastTime + 1);
                    stream.lastTime = t;
                    String line = line(stream, t);
                    if (written == nextNeedle) {
                        String needle = "needle-" + hex(16);
                        line += " " + needle;
                        needles.add(needle);
                        nextNeedle += lines / NEEDLES;
                    }
                    byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
                    for (int i = 0; i < bytes.length; i++) {
                        if (bytes[i] < 0) {
                            bytes[i] = '?';
                        }
                    }
                    entry(stream.instances[instances.nextInt(stream.instances.length)], t, bytes);
                    raw += bytes.length;
                    batch += perLine > 0 ? perLine : bytes.length;
                }
                byte[] body = body(host);
                byte[] packed = new byte[compressor.maxCompressedLength(body.length)];
                int n = compressor.compress(body, 0, body.length, packed, 0, packed.length);
                out.writeInt(n);
                out.write(packed, 0, n);
            }
        }
        var facts = new Facts(written, raw, start, end, needles);
        facts.write(Path.of(file + ".meta"));
        return facts;
    }

    private List<List<Stream>> hosts(Path folder) throws IOException {
        var samples = new TreeMap<String, List<String>>();
        try (var files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".log", "").toLowerCase(Locale.ROOT);
                samples.put(name, Files.readAllLines(file, StandardCharsets.ISO_8859_1));
            }
        }
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no *.log samples in " + folder);
        }
        var sampleList = List.copyOf(samples.entrySet());
        var hosts = new ArrayList<List<Stream>>();
        int each = Math.max(1, (plan.streams() + HOSTS * LOGS - 1) / (HOSTS * LOGS));
        for (int h = 0; h < HOSTS; h++) {
            var streams = new ArrayList<Stream>();
            for (int k = 0; k < 4; k++) {
                var sample = sampleList.get((h * 4 + k * 5) % sampleList.size());
                String name = sample.getKey();
                List<String> source = sample.getValue();
                for (String level : new String[] {"INFO", "ERROR"}) {
                    String labels = "{service=\"" + name + "\", level=\"" + level + "\", hostname=\"host-" + h
                            + "\", k=\"" + k + "\"}";
                    var stream = new Stream(Kind.SAMPLE, labels, source, level, each);
                    stream.at = random.nextInt(source.size());
                    streams.add(stream);
                }
            }
            for (Kind kind : new Kind[] {Kind.JSON, Kind.LOGFMT, Kind.NGINX}) {
                String service = switch (kind) {
                    case JSON -> "model-deployment-orchestrator";
                    case LOGFMT -> "api-gateway";
                    case NGINX -> "nginx";
                    case SAMPLE -> throw new AssertionError(kind);
                };
                for (String level : new String[] {"ERROR", "WARNING", "INFO", "DEBUG"}) {
                    String labels =
                            "{service=\"" + service + "\", level=\"" + level + "\", hostname=\"host-" + h + "\"}";
                    streams.add(new Stream(kind, labels, List.of(), level, each));
                }
            }
            hosts.add(streams);
        }
        return hosts;
    }

    private String line(Stream stream, long time) {
        return switch (stream.kind) {
            case SAMPLE -> {
                String line = vary(stream.source.get(stream.at));
                stream.at = (stream.at + 1) % stream.source.size();
                yield line;
            }
            case JSON -> json(stream.level, time);
            case LOGFMT -> logfmt(stream.level, time);
            case NGINX -> nginx(stream.level, time);
        };
    }

    /// The line with addresses, longer numbers and identifiers drawn anew; numbers of one or two digits stay.
    private String vary(String line) {
        var out = new StringBuilder(line.length() + 8);
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i);
            if (!digit(c)) {
                out.append(c);
                i++;
                continue;
            }
            int end = i;
            while (end < line.length() && digit(line.charAt(end))) {
                end++;
            }
            int length = end - i;
            int addressEnd = length <= 3 ? addressEnd(line, i, end) : -1;
            if (addressEnd > 0) {
                out.append(pick(addresses, 150));
                i = addressEnd;
                continue;
            }
            if (length <= 2) {
                out.append(line, i, end);
            } else if (length <= 4) {
                if (random.nextInt(3) == 0) {
                    out.append((int) (Math.abs(random.nextGaussian()) * Math.pow(10, length - 1)));
                } else {
                    out.append(line, i, end);
                }
            } else {
                String id = Long.toString(ids[random.nextInt(ids.length)]);
                out.append(id, 0, Math.min(length, id.length()));
                if (random.nextInt(20) == 0) {
                    ids[random.nextInt(ids.length)] = positive();
                }
            }
            i = end;
        }
        return out.toString();
    }

    private static int addressEnd(String line, int from, int digitsEnd) {
        if (digitsEnd >= line.length() || line.charAt(digitsEnd) != '.') {
            return -1;
        }
        int end = from;
        int dots = 0;
        while (end < line.length() && (digit(line.charAt(end)) || line.charAt(end) == '.')) {
            if (line.charAt(end) == '.') {
                dots++;
            }
            end++;
        }
        return dots == 3 && end - from >= 7 ? end : -1;
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private String pick(String[] pool, int spread) {
        return pool[(int) Math.min(pool.length - 1, Math.abs(random.nextGaussian()) * spread)];
    }

    private long positive() {
        long value = random.nextLong();
        return value < 0 ? -value : value;
    }

    private String hex(int digits) {
        var out = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            out.append("0123456789abcdef".charAt(random.nextInt(16)));
        }
        return out.toString();
    }

    private int latency() {
        return (int) Math.exp(3 + random.nextGaussian() * 1.5);
    }

    private String json(String level, long time) {
        boolean error = level.equals("ERROR");
        int model = (int) Math.min(499, Math.abs(random.nextGaussian()) * 120);
        return "{\"timestamp\":\"" + Instant.ofEpochMilli(time / 1_000_000) + "\",\"level\":\"" + level
                + "\",\"message\":\""
                + (error ? "Deployment failed" : "Deployment step finished") + "\",\"model_id\":\"model" + model
                + "\",\"step\":\"" + STEPS[random.nextInt(STEPS.length)] + "\",\"current_env\":\""
                + ENVIRONMENTS[random.nextInt(3)] + "\",\"duration_ms\":" + latency() + ",\"error_code\":"
                + (error ? 500 + random.nextInt(5) : 0) + ",\"trace_id\":\"" + hex(32) + "\"}";
    }

    private String logfmt(String level, long time) {
        return "ts=" + Instant.ofEpochMilli(time / 1_000_000) + " level=" + level.toLowerCase(Locale.ROOT)
                + " caller=handler.go:" + (100 + random.nextInt(40)) + " msg=\"request completed\" method="
                + (random.nextInt(4) == 0 ? "POST" : "GET") + " path=" + PATHS[random.nextInt(PATHS.length)]
                + " status="
                + switch (level) {
                    case "ERROR" -> 500 + random.nextInt(4);
                    case "WARNING" -> 400 + random.nextInt(30);
                    default -> 200;
                }
                + " duration=" + latency() + "ms bytes=" + random.nextInt(100000) + " trace_id="
                + hexIds[random.nextInt(hexIds.length)];
    }

    private String nginx(String level, long time) {
        var at = Instant.ofEpochMilli(time / 1_000_000).atOffset(ZoneOffset.UTC);
        return pick(addresses, 150) + " - - [" + at.format(NGINX_TIME) + "] \""
                + (random.nextInt(5) == 0 ? "POST" : "GET")
                + " " + PATHS[random.nextInt(PATHS.length)] + "?id=" + random.nextInt(1000000) + " HTTP/1.1\" "
                + switch (level) {
                    case "ERROR" -> 502;
                    case "WARNING" -> 404;
                    default -> 200;
                }
                + " " + random.nextInt(60000) + " \"-\" \"" + AGENTS[random.nextInt(AGENTS.length)] + "\" "
                + String.format(Locale.ROOT, "%.3f", Math.exp(-3 + random.nextGaussian()));
    }

    private static void entry(Instance stream, long time, byte[] line) throws IOException {
        long seconds = time / 1_000_000_000L;
        long nanos = time % 1_000_000_000L;
        int timeLength = 1 + varintSize(seconds) + (nanos == 0 ? 0 : 1 + varintSize(nanos));
        int length = 1 + varintSize(timeLength) + timeLength + 1 + varintSize(line.length) + line.length;
        var out = stream.entries;
        out.write(0x12);
        varint(out, length);
        out.write(0x0a);
        varint(out, timeLength);
        out.write(0x08);
        varint(out, seconds);
        if (nanos != 0) {
            out.write(0x10);
            varint(out, nanos);
        }
        out.write(0x12);
        varint(out, line.length);
        out.write(line);
        stream.count++;
    }

    private static byte[] body(List<Stream> streams) throws IOException {
        var body = new ByteArrayOutputStream(BATCH_BYTES * 5 / 4);
        for (Stream stream : streams) {
            for (Instance instance : stream.instances) {
                if (instance.count > 0) {
                    write(instance, body);
                }
            }
        }
        return body.toByteArray();
    }

    private static void write(Instance instance, ByteArrayOutputStream body) throws IOException {
        byte[] labels = instance.labels.getBytes(StandardCharsets.UTF_8);
        body.write(0x0a);
        varint(body, 1 + varintSize(labels.length) + labels.length + instance.entries.size());
        body.write(0x0a);
        varint(body, labels.length);
        body.write(labels);
        instance.entries.writeTo(body);
        instance.entries.reset();
        instance.count = 0;
    }

    private static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static void varint(OutputStream out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
