package sluice.tftp.hot;

/** One who waits for a file, or reads it while it comes. */
interface Follower {

  /** The size is known; called once, and then the content may be read as it comes. */
  void ready(HotFile file);

  /** More of the content has come, or all of it. */
  void more();

  /** The file cannot be served from memory; called instead of {@link #ready}. */
  void unfit();

  /** It will not come, or not to its end; at any time. */
  void failed(int code, String message);
}
