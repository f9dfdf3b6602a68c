package sluice.sftp.check;

/**
 * Runs what touches SSHD with this plugin's class loader as the thread's context loader. SSHD looks
 * for its own classes there first, and in the gateway that loader may know another copy of it.
 */
final class OwnLoader {

  /**
   * What to run.
   *
   * @param <T> its result
   * @param <E> what it may throw
   */
  interface Action<T, E extends Exception> {
    T run() throws E;
  }

  private OwnLoader() {}

  static <T, E extends Exception> T with(Action<T, E> action) throws E {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(OwnLoader.class.getClassLoader());
    try {
      return action.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
