package sluice.tftp.hot;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import sluice.api.PoolRef;

/** One file in memory, or on its way there, and those who read it. */
final class HotFile {

  /**
   * What makes a file the same.
   *
   * @param name as the client gave it
   */
  record Key(PoolRef pool, String name) {}

  enum State {
    /** A backend is asked. */
    ASKING,
    /** The size is known, the content comes. */
    FILLING,
    COMPLETE,
    /** It is relayed instead. */
    UNFIT,
    FAILED
  }

  private final Key key;
  private final Set<Follower> followers = new LinkedHashSet<>();
  private State state = State.ASKING;
  private Content content;
  private boolean held;

  /** Until when it may be served, or, if it is unfit, until when it is not asked for again. */
  private long freshUntil;

  HotFile(Key key) {
    this.key = key;
  }

  Key key() {
    return key;
  }

  State state() {
    return state;
  }

  /** Null while it is not known how much there is. */
  Content content() {
    return content;
  }

  boolean complete() {
    return state == State.COMPLETE;
  }

  boolean known() {
    return state == State.FILLING || state == State.COMPLETE;
  }

  boolean freshAt(long now) {
    return freshUntil - now > 0;
  }

  boolean inUse() {
    return held || !followers.isEmpty();
  }

  /** Whether it is kept although it may be too old, until a backend has said so. */
  void held(boolean on) {
    held = on;
  }

  void follow(Follower follower) {
    followers.add(follower);
    if (known()) {
      follower.ready(this);
    }
  }

  void leave(Follower follower) {
    followers.remove(follower);
  }

  void sized(Content room) {
    content = room;
    state = State.FILLING;
    each(follower -> follower.ready(this));
  }

  void grown() {
    each(Follower::more);
  }

  void completed(long until) {
    state = State.COMPLETE;
    freshUntil = until;
    each(Follower::more);
  }

  /** It has not changed. */
  void confirmed(long until) {
    freshUntil = until;
  }

  void unfit(long until) {
    state = State.UNFIT;
    freshUntil = until;
    each(Follower::unfit);
    followers.clear();
  }

  void failed(int code, String message) {
    state = State.FAILED;
    each(follower -> follower.failed(code, message));
    followers.clear();
  }

  /** Another one takes its place before anything was known of it. */
  void replacedBy(HotFile other) {
    state = State.FAILED;
    each(other::follow);
    followers.clear();
  }

  private void each(Consumer<Follower> what) {
    for (Follower follower : followers.toArray(new Follower[0])) {
      what.accept(follower);
    }
  }
}
