package dev.treadle.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A map from ids to two numbers, small in memory: 32 bytes an entry and an index of 4-byte slots
 * that is between three eighths and three quarters full, 43 bytes an entry at most. Ids are known
 * by 128 bits of their SHA-256; two different ids that share them are not to be expected.
 */
final class IdTable {
  private static final int ENTRY = 4;
  private static final int CHUNK_BITS = 12;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private long[][] chunks = new long[0][];
  private int size;
  private int[] index = new int[1 << 10];
  private final MessageDigest sha256 = sha256();

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  int size() {
    return size;
  }

  /** The entry of an id, or -1. */
  int find(String id) {
    byte[] hash = hash(id);
    return find(longAt(hash, 0), longAt(hash, Long.BYTES));
  }

  /** The entry of an id, made with both numbers zero where there was none. */
  int findOrAdd(String id) {
    byte[] hash = hash(id);
    long high = longAt(hash, 0);
    long low = longAt(hash, Long.BYTES);
    int entry = find(high, low);
    return entry >= 0 ? entry : add(high, low, 0, 0);
  }

  /** Adds an entry that is known to be new. */
  int add(long high, long low, long first, long second) {
    if (size >= index.length / 4 * 3) {
      grow();
    }
    int entry = size++;
    if (entry >> CHUNK_BITS >= chunks.length) {
      chunks = Arrays.copyOf(chunks, chunks.length + 1);
      chunks[chunks.length - 1] = new long[CHUNK * ENTRY];
    }
    set(entry, 0, high);
    set(entry, 1, low);
    set(entry, 2, first);
    set(entry, 3, second);
    index[freeSlot(high)] = entry + 1;
    return entry;
  }

  long high(int entry) {
    return get(entry, 0);
  }

  long low(int entry) {
    return get(entry, 1);
  }

  long first(int entry) {
    return get(entry, 2);
  }

  long second(int entry) {
    return get(entry, 3);
  }

  void put(int entry, long first, long second) {
    set(entry, 2, first);
    set(entry, 3, second);
  }

  private int find(long high, long low) {
    int mask = index.length - 1;
    for (int slot = (int) high & mask; index[slot] != 0; slot = (slot + 1) & mask) {
      int entry = index[slot] - 1;
      if (get(entry, 0) == high && get(entry, 1) == low) {
        return entry;
      }
    }
    return -1;
  }

  private int freeSlot(long high) {
    int mask = index.length - 1;
    int slot = (int) high & mask;
    while (index[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    index = new int[index.length * 2];
    for (int entry = 0; entry < size; entry++) {
      index[freeSlot(get(entry, 0))] = entry + 1;
    }
  }

  private long get(int entry, int field) {
    return chunks[entry >> CHUNK_BITS][(entry & (CHUNK - 1)) * ENTRY + field];
  }

  private void set(int entry, int field, long value) {
    chunks[entry >> CHUNK_BITS][(entry & (CHUNK - 1)) * ENTRY + field] = value;
  }

  private byte[] hash(String id) {
    return sha256.digest(id.getBytes(StandardCharsets.UTF_8));
  }

  static long longAt(byte[] bytes, int from) {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = (value << 8) | (bytes[from + i] & 0xff);
    }
    return value;
  }
}
