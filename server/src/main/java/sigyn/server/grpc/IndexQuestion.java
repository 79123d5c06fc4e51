package sigyn.server.grpc;

import java.util.ArrayList;
import java.util.List;
import sigyn.model.TimeRange;
import sigyn.server.ingest.ProtoReader;

/// What `IndexStatsRequest` and `VolumeRequest` have in common, and what the latter has besides.
record IndexQuestion(TimeRange range, String matchers, int limit, List<String> targets, String by) {
    private static final long MILLISECOND = 1_000_000;

    static IndexQuestion read(byte[] message) {
        long from = 0;
        long through = 0;
        String matchers = "";
        int limit = 0;
        var targets = new ArrayList<String>();
        String by = "";
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> from = in.number();
                case 2 -> through = in.number();
                case 3 -> matchers = in.text();
                case 4 -> limit = (int) in.number();
                case 6 -> targets.add(in.text());
                case 7 -> by = in.text();
                default -> in.skip();
            }
        }
        var range = new TimeRange(
                Math.multiplyExact(from, MILLISECOND), Math.addExact(Math.multiplyExact(through, MILLISECOND), 1));
        return new IndexQuestion(range, matchers, limit, targets, by);
    }
}
