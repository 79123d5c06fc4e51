package sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StreamSpansTest {
    private final SplittableRandom random = new SplittableRandom(11);

    private record Span(int stream, long first, long last) {
        boolean overlaps(Span other) {
            return stream == other.stream && first <= other.last && last >= other.first;
        }
    }

    @Test
    void nothingThatCameIsOverlooked() {
        for (int round = 0; round < 200; round++) {
            var spans = new StreamSpans(new SpareMemory(1 << 30));
            var known = new ArrayList<Span>();
            int streams = 1 + random.nextInt(60);
            for (int n = 0; n < 400; n++) {
                long first = random.nextInt(3000);
                var span = new Span(random.nextInt(streams), first, first + random.nextInt(20));
                boolean overlaps = known.stream().anyMatch(span::overlaps);
                boolean found = spans.overlap(span.stream, span.first, span.last);
                assertThat(found || !overlaps).as("%s", span).isTrue();
                if (!found) {
                    spans.add(span.stream, span.first, span.last);
                    known.add(span);
                }
            }
            for (var span : known) {
                assertThat(spans.overlap(span.stream, span.first, span.first)).isTrue();
                assertThat(spans.overlap(span.stream, span.last, span.last)).isTrue();
            }
        }
    }

    /// Two of each stream are on the way at a time.
    @Test
    void whatOnlyChangedPlacesIsNotSuspected() {
        var spans = new StreamSpans(new SpareMemory(1 << 30));
        var underway = new ArrayList<Span>();
        for (int n = 0; n < 100_000; n++) {
            underway.add(new Span(n % 1000, n, n));
            if (underway.size() == 2000) {
                take(spans, underway);
            }
        }
        take(spans, underway);
    }

    /// In some order.
    private void take(StreamSpans spans, List<Span> underway) {
        while (!underway.isEmpty()) {
            var span = underway.remove(random.nextInt(underway.size()));
            assertThat(spans.overlap(span.stream, span.first, span.last)).isFalse();
            spans.add(span.stream, span.first, span.last);
        }
    }

    @Test
    void theEndsOfTimeAreTimes() {
        var spans = new StreamSpans(new SpareMemory(1 << 30));
        assertThat(spans.overlap(7, Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
        spans.add(7, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(spans.overlap(7, Long.MAX_VALUE, Long.MAX_VALUE)).isTrue();
        assertThat(spans.overlap(7, Long.MIN_VALUE, Long.MIN_VALUE)).isFalse();
        spans.add(7, Long.MIN_VALUE, Long.MIN_VALUE);
        assertThat(spans.overlap(7, Long.MIN_VALUE, 0)).isTrue();
        assertThat(spans.overlap(7, 0, 1)).isFalse();
    }

    @Test
    void whatAnotherLeftIsForgotten() {
        var spare = new SpareMemory(1 << 30);
        var before = new StreamSpans(spare);
        for (int stream = 0; stream < 10_000; stream++) {
            before.add(stream, 5, 6);
            before.add(stream, 1, 2);
        }
        before.retire();
        long kept = spare.bytes();
        var spans = new StreamSpans(spare);
        for (int stream = 5_000; stream < 15_000; stream++) {
            assertThat(spans.overlap(stream, 0, 9)).isFalse();
            spans.add(stream, 3, 4);
            assertThat(spans.overlap(stream, 5, 6)).isFalse();
            assertThat(spans.overlap(stream, 1, 2)).isFalse();
        }
        assertThat(spans.overlap(4_999, 0, 9)).isFalse();
        assertThat(spare.bytes()).isEqualTo(kept - spans.memory());
    }
}
