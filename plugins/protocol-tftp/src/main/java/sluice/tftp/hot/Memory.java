package sluice.tftp.hot;

/** A bound on the bytes of hot files. On one event loop. */
final class Memory {

  private final long most;
  private long used;

  /**
   * @param most bytes
   */
  Memory(long most) {
    this.most = most;
  }

  long most() {
    return most;
  }

  long used() {
    return used;
  }

  boolean reserve(long bytes) {
    if (bytes > most - used) {
      return false;
    }
    used += bytes;
    return true;
  }

  void release(long bytes) {
    used -= bytes;
  }
}
