package sigyn.storage.block;

import java.lang.ref.SoftReference;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/// Large working memory that is used again while there is much to do, and left to the garbage collector when there is
/// not: what nobody has used for as many seconds as the heap has free megabytes is gone after its next marking. (Gone
/// after any marking, it would be made anew several times a minute under a steady load.)
public final class Scratch<T> {
    private final Supplier<T> make;
    private final ConcurrentLinkedQueue<SoftReference<T>> free = new ConcurrentLinkedQueue<>();

    public Scratch(Supplier<T> make) {
        this.make = make;
    }

    public T take() {
        for (SoftReference<T> kept; (kept = free.poll()) != null; ) {
            T scratch = kept.get();
            if (scratch != null) {
                return scratch;
            }
        }
        return make.get();
    }

    public void giveBack(T scratch) {
        free.add(new SoftReference<>(scratch));
    }
}
