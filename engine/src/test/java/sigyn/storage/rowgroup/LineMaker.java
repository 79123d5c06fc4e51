package sigyn.storage.rowgroup;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import sigyn.model.Labels;
import sigyn.storage.port.MetadataCodec;

/// Makes lines that logs have, lines that logs should not have, and row groups of both.
final class LineMaker {
    private static final DateTimeFormatter CLF = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);
    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter CTIME =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss yyyy", Locale.ENGLISH);
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("yy/MM/dd HH:mm:ss", Locale.ENGLISH);
    private static final String[] WORDS = {
        "error",
        "connection",
        "refused",
        "INFO",
        "WARN",
        "GET",
        "added",
        "facade",
        "Failed",
        "user",
        "é",
        "日本",
        "deadbeef"
    };

    private final RandomGenerator random;
    private final int kinds;
    private final String[] ids = new String[6];

    LineMaker(RandomGenerator random) {
        this.random = random;
        kinds = random.nextInt(1, 1 << 14);
        for (int i = 0; i < ids.length; i++) {
            ids[i] = hex(random.nextBoolean() ? 32 : 16);
        }
    }

    /// A group of about `rows` rows; small ones come with everything odd, large ones mostly with what templates like.
    RowGroupInput group(int rows) {
        long time = random.nextInt(4) == 0
                ? random.nextLong(-(1L << 62), 1L << 62)
                : 1_700_000_000_000_000_000L + random.nextLong(1L << 50);
        long unit = new long[] {1, 1000, 1_000_000, 1_000_000_000}[random.nextInt(4)];
        int streams = 1 + random.nextInt(random.nextBoolean() ? 3 : 300);
        int metadata = random.nextInt(4);
        var lines = new ArrayList<byte[]>();
        var pairs = new ArrayList<byte[]>();
        long[] times = new long[rows];
        int[] stream = new int[rows];
        byte[] last = {};
        for (int i = 0; i < rows; i++) {
            time += random.nextInt(3) == 0
                    ? 0
                    : random.nextInt(50) == 0 ? random.nextLong(1L << 40) / unit * unit : random.nextLong(1000) * unit;
            times[i] = time;
            stream[i] = random.nextInt(streams);
            byte[] line = random.nextInt(20) == 0 ? last : line(time);
            lines.add(line);
            last = line;
            pairs.add(metadata == 0 ? new byte[0] : metadata(metadata));
        }
        return input(times, stream, lines, pairs);
    }

    static RowGroupInput input(long[] times, int[] stream, List<byte[]> lines, List<byte[]> metadata) {
        int rows = times.length;
        int[] lineStart = new int[rows];
        int[] lineLength = new int[rows];
        int[] metadataStart = new int[rows];
        int[] metadataLength = new int[rows];
        int size = 0;
        for (int i = 0; i < rows; i++) {
            size += lines.get(i).length + metadata.get(i).length;
        }
        byte[] bytes = new byte[size];
        int at = 0;
        for (int i = 0; i < rows; i++) {
            byte[] line = lines.get(i);
            lineStart[i] = at;
            lineLength[i] = line.length;
            System.arraycopy(line, 0, bytes, at, line.length);
            at += line.length;
            byte[] pairs = metadata.get(i);
            metadataStart[i] = at;
            metadataLength[i] = pairs.length;
            System.arraycopy(pairs, 0, bytes, at, pairs.length);
            at += pairs.length;
        }
        return new RowGroupInput(rows, times, stream, bytes, lineStart, lineLength, metadataStart, metadataLength);
    }

    private byte[] metadata(int kind) {
        if (kind == 3 && random.nextInt(50) == 0) {
            byte[] noise = new byte[random.nextInt(1, 20)];
            random.nextBytes(noise);
            return noise;
        }
        if (random.nextInt(5) == 0) {
            return new byte[0];
        }
        var pairs = new java.util.TreeMap<String, String>();
        pairs.put("detected_level", new String[] {"info", "error", "unknown"}[random.nextInt(3)]);
        if (kind > 1) {
            pairs.put("trace_id", random.nextBoolean() ? ids[random.nextInt(ids.length)] : hex(32));
            pairs.put("k" + random.nextInt(kind == 3 ? 2000 : 3), WORDS[random.nextInt(WORDS.length)]);
            pairs.put("n", Integer.toString(random.nextInt(100_000)));
        }
        return MetadataCodec.encode(Labels.of(pairs));
    }

    /// One line; every maker has its own mix.
    byte[] line(long time) {
        int kind;
        do {
            kind = random.nextInt(14);
        } while ((kinds >>> kind & 1) == 0);
        return switch (kind) {
            case 0 -> noise(random.nextInt(40));
            case 1 -> new byte[0];
            case 2 -> text(json(time));
            case 3 -> text(logfmt(time));
            case 4 -> text(nginx(time));
            case 5 -> text(words(random.nextInt(1, 12)));
            case 6 -> text(digits());
            case 7 -> text(stamp(time) + " " + words(3) + " took " + random.nextInt(3000) + "ms");
            case 8 ->
                text(uuid() + " " + WORDS[random.nextInt(WORDS.length)] + " 0x" + hex(random.nextInt(1, 12)) + " "
                        + ids[random.nextInt(ids.length)].toUpperCase(Locale.ROOT));
            case 9 -> text(trace());
            case 10 ->
                text("sda" + random.nextInt(3) + " node" + random.nextInt(1000) + "x 10.0." + random.nextInt(300) + "."
                        + random.nextInt(300) + " v1.2." + random.nextInt(4) + " 12:" + random.nextInt(100) + ":59");
            case 11 -> reserved();
            case 12 ->
                text("blk_" + random.nextLong() + " size " + (random.nextLong() >>> random.nextInt(64)) + " id="
                        + ids[random.nextInt(ids.length)]);
            default -> random.nextInt(100) == 0 ? noise(random.nextInt(20_000)) : text("fixed line");
        };
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] reserved() {
        byte[] line = new byte[random.nextInt(1, 30)];
        for (int i = 0; i < line.length; i++) {
            line[i] = (byte) new int[] {0, 1, 17, 127, 128, 255, '\n', '"', '0', 'a', ' ', '-'}[random.nextInt(12)];
        }
        return line;
    }

    String words(int n) {
        var text = new StringBuilder();
        for (int i = 0; i < n; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }

    private String digits() {
        return switch (random.nextInt(5)) {
            case 0 -> "9".repeat(random.nextInt(1, 60));
            case 1 -> "0".repeat(random.nextInt(1, 12)) + random.nextInt(50);
            case 2 -> Long.toUnsignedString(random.nextLong());
            case 3 -> "n=" + random.nextInt(10) + " m=00" + random.nextInt(1000);
            default -> "x " + random.nextInt(1 << 30) + " " + random.nextInt(256) + "." + random.nextInt(999999);
        };
    }

    String hex(int n) {
        var text = new StringBuilder();
        for (int i = 0; i < n; i++) {
            text.append("0123456789abcdef".charAt(random.nextInt(16)));
        }
        return text.toString();
    }

    private String uuid() {
        String text = hex(8) + "-" + hex(4) + "-" + hex(4) + "-" + hex(4) + "-" + hex(12);
        return switch (random.nextInt(8)) {
            case 0 -> text.toUpperCase(Locale.ROOT);
            case 1 -> text + "a";
            case 2 -> "abcdefab" + text.substring(8);
            case 3 -> "x" + text;
            default -> text;
        };
    }

    private String stamp(long time) {
        long near = switch (random.nextInt(6)) {
            case 0 -> time + random.nextLong(-200_000_000_000_000L, 200_000_000_000_000L);
            case 1 -> random.nextLong(0, 4_000_000_000_000_000_000L);
            default -> time - random.nextLong(5_000_000_000L);
        };
        var at = Instant.ofEpochSecond(Math.floorDiv(near, 1_000_000_000L), Math.floorMod(near, 1_000_000_000L));
        var utc = at.atOffset(ZoneOffset.UTC);
        String iso = at.toString();
        return switch (random.nextInt(12)) {
            case 0 -> iso;
            case 1 -> iso.replace('T', ' ').replace('-', '/');
            case 2 -> iso.replace('T', ' ').replace('.', ',').replace("Z", "");
            case 3 -> CLF.format(utc);
            case 4 -> SYSLOG.format(utc);
            case 5 -> SYSLOG.format(utc).replace(" 0", "  ");
            case 6 -> CTIME.format(utc);
            case 7 -> SHORT.format(utc);
            case 8 -> Long.toString(Math.floorDiv(near, 1_000_000_000L));
            case 9 -> Long.toString(Math.floorDiv(near, 1_000_000L));
            case 10 -> Long.toString(near);
            default -> iso.substring(0, Math.min(iso.length(), random.nextInt(12, 30)));
        };
    }

    private String json(long time) {
        return "{\"timestamp\":\"" + stamp(time) + "\",\"level\":\"" + (random.nextBoolean() ? "INFO" : "ERROR")
                + "\",\"model_id\":\"model" + random.nextInt(500) + "\",\"ms\":" + random.nextInt(5000)
                + ",\"ratio\":" + random.nextInt(100) + "." + random.nextInt(1000) + ",\"trace_id\":\"" + hex(32)
                + "\"}";
    }

    private String logfmt(long time) {
        return "ts=" + stamp(time) + " level=info caller=handler.go:" + random.nextInt(200) + " msg=\"" + words(2)
                + "\" status=" + (random.nextInt(5) == 0 ? 500 : 200) + " trace_id=" + ids[random.nextInt(ids.length)];
    }

    private String nginx(long time) {
        return "10.1." + random.nextInt(4) + "." + random.nextInt(256) + " - - [" + stamp(time) + "] \"GET /api/v1/"
                + WORDS[random.nextInt(WORDS.length)] + "?id=" + random.nextInt(1_000_000) + " HTTP/1.1\" 200 "
                + random.nextInt(60_000) + " \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\" 0." + random.nextInt(1000);
    }

    private String trace() {
        var text = new StringBuilder("java.lang.IllegalStateException: " + words(2));
        int depth = random.nextInt(random.nextInt(10) == 0 ? 200 : 6);
        for (int i = 0; i < depth; i++) {
            text.append("\n\tat com.example.Class")
                    .append(random.nextInt(5))
                    .append(".method(File.java:")
                    .append(random.nextInt(400))
                    .append(')');
        }
        return text.toString();
    }
}
