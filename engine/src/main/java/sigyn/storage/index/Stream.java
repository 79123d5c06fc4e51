package sigyn.storage.index;

import java.nio.charset.StandardCharsets;
import java.util.List;
import sigyn.codec.Hash64;
import sigyn.model.Labels;

/// One stream of a tenant: its labels, its number in this process, and the cluster it is stored with.
public final class Stream {
    /// Labels that say which program writes; streams that agree in them share templates.
    private static final List<String> PROGRAM =
            List.of("service_name", "service", "app", "job", "container", "application", "filename");

    private final StreamIndex index;
    private final int id;
    private final Labels labels;
    private final long cluster;
    /// Time of the newest entry of this stream in any block; what is not newer may be there already.
    private volatile long newestInBlocks = Long.MIN_VALUE;

    Stream(StreamIndex index, int id, Labels labels) {
        this.index = index;
        this.id = id;
        this.labels = labels;
        this.cluster = cluster(labels);
    }

    /// The cluster of a label set: a hash of the first of the program labels it has, and of its namespace. Part of the
    /// file formats: a log written under one rule must be replayed under the same.
    public static long cluster(Labels labels) {
        String program = "";
        for (String name : PROGRAM) {
            program = labels.valueOrEmpty(name);
            if (!program.isEmpty()) {
                break;
            }
        }
        byte[] key = (program + '\0' + labels.valueOrEmpty("namespace")).getBytes(StandardCharsets.UTF_8);
        return Hash64.of(0, key, 0, key.length);
    }

    /// True for a stream of this index, and false for an equal one of another tenant.
    public boolean isOf(StreamIndex of) {
        return index == of;
    }

    public int id() {
        return id;
    }

    public Labels labels() {
        return labels;
    }

    public long cluster() {
        return cluster;
    }

    public long newestInBlocks() {
        return newestInBlocks;
    }

    /// Called under the tenant's lock.
    public void sealedUpTo(long time) {
        newestInBlocks = Math.max(newestInBlocks, time);
    }
}
