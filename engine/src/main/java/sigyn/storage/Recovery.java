package sigyn.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.Tenant;
import sigyn.storage.block.Block;
import sigyn.storage.block.BlockWriter;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.head.SpareMemory;
import sigyn.storage.wal.Wal;

/// Finds the state of a store in its directory: opens the blocks that count, moves damaged ones aside, removes what a
/// crash left half done.
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final SpareMemory spare;
    private final Path blocks;
    private final Path quarantine;
    private final Manifest manifest;
    private final Damages damages = new Damages();
    private final ConcurrentSkipListMap<Tenant, TenantStore> tenants = new ConcurrentSkipListMap<>();

    Recovery(Path directory, SpareMemory spare) throws IOException {
        this.spare = spare;
        blocks = directory.resolve("blocks");
        quarantine = directory.resolve("quarantine");
        Files.createDirectories(blocks);
        Files.createDirectories(directory.resolve("wal"));
        Wal.syncDirectory(directory);
        for (Path file : files(directory)) {
            if (file.getFileName().toString().endsWith(".tmp")) {
                Files.delete(file);
            }
        }
        manifest = Manifest.read(directory);
        var names = new HashSet<>(manifest.tenants().keySet());
        try (var directories = Files.list(blocks)) {
            directories.forEach(d -> names.add(new Tenant(d.getFileName().toString())));
        }
        boolean rebuild = manifest.rebuildNeeded();
        for (var tenant : names) {
            open(tenant, rebuild);
        }
    }

    Manifest manifest() {
        return manifest;
    }

    SpareMemory spare() {
        return spare;
    }

    Damages damages() {
        return damages;
    }

    ConcurrentSkipListMap<Tenant, TenantStore> tenants() {
        return tenants;
    }

    private void open(Tenant tenant, boolean rebuild) throws IOException {
        var store = new TenantStore(tenant, spare);
        tenants.put(tenant, store);
        Path directory = blocks.resolve(tenant.id());
        var opened = new ArrayList<Block>();
        var state = manifest.tenants().get(tenant);
        var missing = state == null ? new HashSet<Long>() : new HashSet<>(state.blocks);
        for (Path file : files(directory)) {
            long number = Block.number(file);
            if (BlockWriter.isUnfinished(file) || number >= 0 && !rebuild && !missing.remove(number)) {
                Files.delete(file);
            } else if (number >= 0) {
                open(store, file, opened);
            }
        }
        for (long number : missing) {
            damages.add(
                    tenant,
                    directory + "/" + number,
                    Long.MIN_VALUE,
                    Long.MAX_VALUE,
                    "block %016x of tenant %s is missing".formatted(number, tenant));
        }
        if (rebuild) {
            adopt(tenant, opened);
        }
        store.adopt(opened, state == null ? List.of() : state.deletions.values());
    }

    private void open(TenantStore store, Path file, List<Block> opened) throws IOException {
        try {
            var block = Block.open(
                    file,
                    store.tenant().id(),
                    labels -> store.streams().intern(labels).id());
            block.groups().forEach(group -> group.streamRows(0));
            opened.add(block);
        } catch (CorruptBlockException e) {
            Files.createDirectories(quarantine);
            Path aside = quarantine.resolve(store.tenant().id() + "-" + file.getFileName());
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            damages.add(
                    store.tenant(),
                    aside.toString(),
                    Long.MIN_VALUE,
                    Long.MAX_VALUE,
                    e.getMessage() + "; moved to " + aside);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /// Without a manifest the blocks' own footers say what they hold and which others they stand for.
    private void adopt(Tenant tenant, List<Block> opened) {
        var replaced = new HashSet<Long>();
        opened.forEach(block -> replaced.addAll(block.replaces()));
        opened.removeIf(block -> replaced.contains(block.number()));
        var sealedSeq = new HashMap<Long, Long>();
        for (var block : opened) {
            for (var group : block.groups()) {
                sealedSeq.merge(group.cluster(), group.lastSeq(), Math::max);
            }
        }
        manifest.adopt(tenant, opened.stream().map(Block::number).toList(), sealedSeq);
        LOG.info("tenant {}: {} blocks found without a manifest", tenant, opened.size());
    }
}
