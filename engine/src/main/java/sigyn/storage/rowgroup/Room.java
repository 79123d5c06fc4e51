package sigyn.storage.rowgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/// Arrays for what is read of a row group: new ones, each as long as was asked for, or those of the group before, which
/// may be longer and hold anything.
final class Room {
    /// Makes every array anew. For any number of threads, unlike the others.
    static final Room NEW = new Room(Integer.MAX_VALUE);

    /// Elements of the smallest array that is used again.
    private static final int SMALLEST = 1024;

    private final int smallest;
    private final Shelf<byte[]> bytes = new Shelf<>(byte[]::new, array -> array.length);
    private final Shelf<int[]> ints = new Shelf<>(int[]::new, array -> array.length);
    private final Shelf<long[]> longs = new Shelf<>(long[]::new, array -> array.length);

    /// Those before `taken` are in use.
    private static final class Shelf<A> {
        private final IntFunction<A> make;
        private final ToIntFunction<A> length;
        private final List<A> arrays = new ArrayList<>();
        private int taken;

        Shelf(IntFunction<A> make, ToIntFunction<A> length) {
            this.make = make;
            this.length = length;
        }

        A take(int n) {
            int best = -1;
            int least = Integer.MAX_VALUE;
            for (int i = taken; i < arrays.size(); i++) {
                int room = length.applyAsInt(arrays.get(i));
                if (room >= n && room < least) {
                    best = i;
                    least = room;
                }
            }
            if (best < 0) {
                best = arrays.size();
                arrays.add(make.apply(n));
            }
            A array = arrays.get(best);
            arrays.set(best, arrays.get(taken));
            arrays.set(taken++, array);
            return array;
        }

        /// What was not needed since the last time is not kept.
        void begin() {
            arrays.subList(taken, arrays.size()).clear();
            taken = 0;
        }
    }

    private Room(int smallest) {
        this.smallest = smallest;
    }

    Room() {
        this(SMALLEST);
    }

    /// All arrays may be handed out again.
    void begin() {
        bytes.begin();
        ints.begin();
        longs.begin();
    }

    byte[] bytes(int n) {
        return n < smallest ? new byte[n] : bytes.take(n);
    }

    int[] ints(int n) {
        return n < smallest ? new int[n] : ints.take(n);
    }

    long[] longs(int n) {
        return n < smallest ? new long[n] : longs.take(n);
    }
}
