package sigyn.logql.reference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.Storage;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.port.PushBatch;

/// A store of random entries beside the plain list of them: several blocks whose times overlap, entries sent late or
/// twice, and a head.
final class RandomLogs implements AutoCloseable {
    static final long SECOND = 1_000_000_000L;
    static final long START = 1_767_225_600L * SECOND;
    static final int SECONDS = 120;

    record Stored(Map<String, String> stream, long time, String line, Map<String, String> metadata) {}

    final Storage storage;
    private final LinkedHashSet<Stored> entries = new LinkedHashSet<>();

    RandomLogs(Path directory, RandomGenerator random) throws InterruptedException {
        storage = Storage.open(directory, Clock.systemUTC());
        int pushes = 2 + random.nextInt(4);
        for (int push = 0; push < pushes; push++) {
            append(random, 5 + random.nextInt(40));
            if (random.nextInt(3) > 0 && push < pushes - 1) {
                storage.flush();
            }
        }
    }

    private void append(RandomGenerator random, int count) throws InterruptedException {
        var batch = new PushBatch();
        var known = List.copyOf(entries);
        for (int i = 0; i < count; i++) {
            var entry = !known.isEmpty() && random.nextInt(8) == 0
                    ? known.get(random.nextInt(known.size()))
                    : entry(random);
            byte[] line = entry.line.getBytes(StandardCharsets.UTF_8);
            batch.add(
                    batch.stream(Labels.of(entry.stream)),
                    entry.time,
                    line,
                    0,
                    line.length,
                    MetadataCodec.encode(entry.metadata));
            entries.add(entry);
        }
        storage.append(Tenant.FAKE, batch);
    }

    private static Stored entry(RandomGenerator random) {
        var stream = new TreeMap<>(Map.of("app", "app" + random.nextInt(3)));
        if (random.nextInt(3) > 0) {
            stream.put("env", pick(random, "p", "q"));
        }
        if (random.nextInt(6) == 0) {
            stream.put("level", "stream");
        }
        var metadata = new TreeMap<String, String>();
        if (random.nextInt(3) > 0) {
            metadata.put("detected_level", pick(random, "info", "warn", "error"));
        }
        if (random.nextInt(5) == 0) {
            metadata.put("env", "meta");
        }
        if (random.nextInt(5) == 0) {
            metadata.put("n", "" + random.nextInt(5));
        }
        if (random.nextInt(12) == 0) {
            metadata.put("trace", trace(random));
        }
        if (random.nextInt(40) == 0) {
            stream.put("trace", trace(random));
        }
        long time = START + random.nextInt(SECONDS) * SECOND + random.nextInt(4) * (SECOND / 4);
        return new Stored(stream, time, line(random), metadata);
    }

    private static String line(RandomGenerator random) {
        String level = pick(random, "info", "warn", "error", "Error");
        String n = random.nextInt(8) == 0 ? "x" : "" + random.nextInt(12);
        String took = pick(random, "10ms", "1.5s", "2s", "1m30s", "250us", "slow");
        String size = pick(random, "5KB", "1.2KiB", "3MB", "77", "big");
        return switch (random.nextInt(8)) {
            case 6 -> "{\"trace\":\"" + written(random) + "\",\"n\":" + random.nextInt(9) + "}";
            case 7 -> "trace=" + (random.nextBoolean() ? trace(random) : '"' + written(random) + '"') + " n=" + n;
            case 0 -> "level=" + level + " n=" + n + " took=" + took + " size=" + size + " msg=\"two words\"";
            case 1 ->
                "{\"level\":\"" + level + "\",\"n\":" + (n.equals("x") ? "\"x\"" : n) + ",\"req\":{\"path\":\"/p"
                        + random.nextInt(4) + "\",\"ok\":true},\"took\":\"" + took + "\",\"size\":\"" + size + "\"}";
            case 2 ->
                "10." + random.nextInt(3) + ".0." + random.nextInt(20) + " - " + pick(random, "ann", "bob") + " GET /p"
                        + random.nextInt(4) + " " + pick(random, "200", "404", "500") + " " + n;
            case 3 -> "plain " + level + " text x" + random.nextInt(30);
            case 4 -> "";
            default -> "w\u00f6rter " + level + " \u65e5\u672c " + random.nextInt(9);
        };
    }

    static String trace(RandomGenerator random) {
        return "4bf9" + random.nextInt(12) + "c-x";
    }

    /// A trace as a line may hold it, with escapes or what is dropped.
    private static String written(RandomGenerator random) {
        String trace = trace(random);
        return switch (random.nextInt(12)) {
            case 0 -> trace.replace("b", "\\u0062");
            case 1 -> trace.replace("9", "9\ufffd");
            case 2 -> trace.replace("9", "9\\ufffd");
            default -> trace;
        };
    }

    @SafeVarargs
    static <T> T pick(RandomGenerator random, T... of) {
        return of[random.nextInt(of.length)];
    }

    List<Stored> entries() {
        return new ArrayList<>(entries);
    }

    @Override
    public void close() throws IOException {
        storage.close();
    }
}
