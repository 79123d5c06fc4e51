package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PageMemoryTest {
    private static final int QUEUE_BYTES = 8 << 20;

    @Test
    void whoFindsNoPageTakesLessFromTheHeapAndAllIsNeverMoreThanTheQueueMayHold() {
        var memory = new PageMemory(QUEUE_BYTES);
        var taken = new ArrayList<ByteBuffer>();
        for (ByteBuffer piece; (piece = memory.take()) != null; ) taken.add(piece);
        var pages = taken.subList(0, PageMemory.PARTS);
        assertThat(pages).allMatch(ByteBuffer::isDirect).allMatch(piece -> piece.capacity() == memory.size);
        assertThat(taken.subList(PageMemory.PARTS, taken.size()))
                .noneMatch(ByteBuffer::isDirect)
                .allMatch(piece -> piece.capacity() == memory.size / 8);
        assertThat(taken.stream().mapToInt(ByteBuffer::capacity).sum()).isEqualTo(QUEUE_BYTES);
        taken.forEach(memory::giveBack);
        for (int i = 0; i < taken.size(); i++) assertThat(memory.take()).isNotNull();
        assertThat(memory.take()).isNull();
    }

    @Test
    void piecesDoNotOverlap() {
        var memory = new PageMemory(QUEUE_BYTES);
        var taken = new ArrayList<ByteBuffer>();
        for (ByteBuffer piece; (piece = memory.take()) != null; taken.add(piece)) {
            for (int at = 0; at < piece.capacity(); at += Integer.BYTES) piece.putInt(at, taken.size());
        }
        for (int i = 0; i < taken.size(); i++) {
            for (int at = 0; at < taken.get(i).capacity(); at += Integer.BYTES) {
                assertThat(taken.get(i).getInt(at)).isEqualTo(i);
            }
        }
    }
}
