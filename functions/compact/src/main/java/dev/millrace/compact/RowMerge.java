package dev.millrace.compact;

import java.io.IOException;
import java.util.List;

/// Many cursors as one, in order: a heap of them, the one with the least row on top.
final class RowMerge implements RowCursor {
    private final List<RowCursor> all;
    private RowCursor[] heap;
    private int size;

    RowMerge(List<RowCursor> cursors) {
        this.all = List.copyOf(cursors);
    }

    @Override
    public boolean next() throws IOException {
        if (heap == null) {
            fill();
        } else if (!heap[0].next()) {
            heap[0] = heap[--size];
            siftDown(0);
        } else {
            siftDown(0);
        }
        return size > 0;
    }

    private void fill() throws IOException {
        heap = new RowCursor[Math.max(1, all.size())];
        for (RowCursor cursor : all) {
            if (cursor.next()) {
                heap[size++] = cursor;
            }
        }
        for (int parent = size / 2 - 1; parent >= 0; parent--) {
            siftDown(parent);
        }
    }

    private void siftDown(int start) {
        RowCursor moving = heap[start];
        int parent = start;
        for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], moving)) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = moving;
    }

    private static boolean isBefore(RowCursor a, RowCursor b) {
        return Rows.compare(a.bytes(), a.at(), b.bytes(), b.at()) < 0;
    }

    @Override
    public byte[] bytes() {
        return heap[0].bytes();
    }

    @Override
    public int at() {
        return heap[0].at();
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (RowCursor cursor : all) {
            try {
                cursor.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
