package sigyn.storage.rowgroup;

import java.util.Arrays;

/// Where to cut a section of pieces into frames. A frame has a table of codes of its own, and one table for columns
/// that have little in common suits none of them. Neighbours stay together unless each alone is smaller by entropy.
final class FrameCuts {
    /// Bytes that a cut has to save: a frame's header and table, and matches that would reach across.
    private static final int COST = 160;
    /// Shorter pieces go with what is before them.
    private static final int SHORTEST = 64;

    private final int[] frame = new int[256];
    private final int[] piece = new int[256];
    private int[] ends = new int[16];
    private int cuts;
    private int frameStart;
    private int pieceStart;

    void clear() {
        Arrays.fill(frame, 0);
        cuts = 0;
        frameStart = 0;
        pieceStart = 0;
    }

    /// The next piece is what lies between the end of the one before and `end`.
    void piece(byte[] bytes, int end) {
        int length = end - pieceStart;
        if (length == 0) {
            return;
        }
        Arrays.fill(piece, 0);
        for (int i = pieceStart; i < end; i++) {
            piece[bytes[i] & 0xff]++;
        }
        if (length >= SHORTEST && pieceStart > frameStart && isSmallerAlone(length)) {
            if (cuts == ends.length) {
                ends = Arrays.copyOf(ends, cuts * 2);
            }
            ends[cuts++] = pieceStart;
            frameStart = pieceStart;
            System.arraycopy(piece, 0, frame, 0, piece.length);
        } else {
            for (int i = 0; i < piece.length; i++) {
                frame[i] += piece[i];
            }
        }
        pieceStart = end;
    }

    /// The ends of all frames.
    int[] ends() {
        int[] all = Arrays.copyOf(ends, cuts + 1);
        all[cuts] = pieceStart;
        return all;
    }

    private boolean isSmallerAlone(int length) {
        int before = pieceStart - frameStart;
        double saved = Entropy.timesLog(before + length) - Entropy.timesLog(before) - Entropy.timesLog(length);
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != 0 && frame[i] != 0) {
                saved +=
                        Entropy.timesLog(frame[i]) + Entropy.timesLog(piece[i]) - Entropy.timesLog(frame[i] + piece[i]);
            }
        }
        return saved > COST * 8;
    }
}
