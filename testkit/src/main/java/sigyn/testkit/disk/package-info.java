/// A disk in memory that behaves as badly as real ones may: unsynced pages and names get lost, sectors tear, calls
/// fail.
///
/// Read [FaultyDisk] first: it is a file system of `java.nio.file`, so code under test runs on it unchanged.
@NullMarked
package sigyn.testkit.disk;

import org.jspecify.annotations.NullMarked;
