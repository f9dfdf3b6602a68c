package sluice.tftp.hot;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Backend;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramSession;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;
import sluice.tftp.packet.Packets;
import sluice.tftp.storm.Wheel;

/**
 * The reading of one file from a backend into memory, and from the next backend if the first fails
 * in the middle. A session of the gateway's own: its client is the gateway. On the event loop.
 */
final class Fill implements BackendConnector, BackendRead.Events {

  private static final Logger log = LoggerFactory.getLogger(Fill.class);
  private static final int MOST_BACKENDS = 3;

  /** How long to wait before full backends are asked again. */
  private static final Duration ROOM = Duration.ofMillis(250);

  private final HotCache cache;
  private final DatagramListener listener;
  private final HotFile file;
  private final HotFile before;
  private final HotRead.Origin origin;
  private final Wheel.Timer retry;
  private final long begun;

  private DatagramSession session;
  private BackendRead read;
  private Transfer transfer;
  private Backend failing;
  private boolean released;
  private int backends;

  /** Where the present backend's bytes belong. */
  private long position;

  /**
   * @param before the same file as it was, to be served on if its size is the same; or null
   */
  Fill(
      HotCache cache,
      DatagramListener listener,
      HotFile file,
      HotFile before,
      HotRead.Origin origin) {
    this.cache = cache;
    this.listener = listener;
    this.file = file;
    this.before = before;
    this.origin = origin;
    this.begun = cache.now();
    this.retry = cache.wheel().timer(this::connect);
  }

  void start() {
    backends++;
    position = 0;
    transfer = null;
    InetSocketAddress self = origin.dialled();
    session = listener.open(self, self);
    session.set(SessionKey.FILE, file.key().name());
    session.set(HotRead.HOT, "fill");
    DatagramSession mine = session;
    session.onEnd(() -> ended(mine));
    connect();
  }

  private void connect() {
    session.connect(file.key().pool(), this);
  }

  @Override
  public void connected(BackendLink link) {
    if (link.backend() == failing) {
      link.reject("it has just failed in the middle of " + file.key().name());
      return;
    }
    if (read != null) {
      read.close();
    }
    read = new BackendRead(link, cache, file.key().name(), this);
    read.start();
  }

  @Override
  public void refused(Refusal refusal) {
    Outcome outcome = Outcome.refused(refusal);
    if (file.known()) {
      fail(Packets.UNDEFINED, "The server stopped in the middle of the file", outcome);
    } else if (refusal.reason() == Refusal.Reason.BACKENDS_FULL
        && file.inUse()
        && cache.now() - begun < cache.options().patience().toNanos()) {
      retry.in(ROOM.toNanos());
    } else {
      // Each client is served, or refused, as if there were no memory.
      unfit(false, refusal.message(), outcome);
    }
  }

  @Override
  public void granted(long size) {
    if (size < 0) {
      refuseOffer("the server does not tell its size (tsize)", true);
      return;
    }
    if (file.known()) {
      if (size != file.content().size()) {
        read.tell(Packets.UNDEFINED, "The file has another size on another server");
        fail(
            Packets.UNDEFINED,
            "The server stopped in the middle of the file, and the next has another",
            Outcome.failed(Side.BACKEND, "the file has another size here"));
        return;
      }
    } else if (before != null && before.content().size() == size) {
      read.tell(Packets.UNDEFINED, "The size is as it was");
      released = true;
      endSession(Outcome.ok());
      cache.confirmed(file, before);
      return;
    } else {
      letGoOfBefore();
      if (!cache.reserve(size)) {
        refuseOffer("its " + size + " bytes find no room in memory", false);
        return;
      }
    }
    transfer =
        session.begin(
            new TransferSpec("RRQ", "octet", TransferSpec.Direction.DOWNLOAD, file.key().name()));
    read.go();
    if (!file.known()) {
      cache.sized(file, size);
    }
  }

  private void refuseOffer(String why, boolean lasting) {
    read.tell(Packets.UNDEFINED, "The gateway will not keep the file");
    unfit(lasting, why, Outcome.aborted(Side.CLIENT, why));
  }

  @Override
  public boolean block(ByteBuf packet, int index, int length) {
    Content content = file.content();
    transfer.moved(length);
    session.touch();
    if (position + length > content.size()) {
      return changed("The file is longer than the server said");
    }
    int known = (int) Math.max(0, Math.min(length, content.filled() - position));
    if (known > 0 && !content.same(position, packet, index, known)) {
      return changed("The server stopped in the middle of the file, and the next has another");
    }
    content.append(packet, index + known, length - known);
    position += length;
    return true;
  }

  private boolean changed(String message) {
    read.tell(Packets.UNDEFINED, message);
    fail(Packets.UNDEFINED, message, Outcome.failed(Side.BACKEND, message));
    return false;
  }

  @Override
  public void pause() {
    file.grown();
  }

  @Override
  public boolean last() {
    if (position != file.content().size()) {
      return changed("The file is shorter than the server said");
    }
    transfer.end(Outcome.ok());
    cache.completed(file);
    return true;
  }

  @Override
  public void done() {
    session.end(Outcome.ok());
  }

  @Override
  public void error(int code, String message, boolean first) {
    String seen = "ERROR " + code + (message.isEmpty() ? "" : ": " + message);
    Outcome outcome = Outcome.failed(Side.BACKEND, seen);
    if (!first || file.known()) {
      nextBackend(seen, outcome);
    } else if (code == Packets.OPTION_REFUSED) {
      unfit(true, seen, outcome);
    } else {
      letGoOfBefore();
      endSession(outcome);
      cache.failed(file, code, message);
    }
  }

  @Override
  public void silent() {
    nextBackend(
        "it fell silent", Outcome.timedOut(Side.BACKEND, "the backend sends nothing any more"));
  }

  private void nextBackend(String why, Outcome outcome) {
    log.warn(
        "{}: {} failed in the middle of {}: {}",
        session,
        read.link().backend(),
        file.key().name(),
        why);
    if (backends >= MOST_BACKENDS) {
      fail(Packets.UNDEFINED, "The server stopped in the middle of the file", outcome);
      return;
    }
    failing = read.link().backend();
    endSession(outcome);
    start();
  }

  /** Ends the session, which is not the end of the file then. */
  private void endSession(Outcome outcome) {
    DatagramSession old = session;
    session = null;
    old.end(outcome);
  }

  private void fail(int code, String message, Outcome outcome) {
    letGoOfBefore();
    endSession(outcome);
    cache.failed(file, code, message);
  }

  private void unfit(boolean lasting, String why, Outcome outcome) {
    letGoOfBefore();
    endSession(outcome);
    cache.unfit(file, lasting, why);
  }

  private void letGoOfBefore() {
    if (before != null && !released) {
      released = true;
      cache.outdated(before);
    }
  }

  /** The session has ended: by this, or because the gateway stops or its time is over. */
  private void ended(DatagramSession which) {
    retry.cancel();
    if (read != null) {
      read.close();
    }
    if (transfer != null) {
      transfer.end(Outcome.aborted(null, "the session ended"));
    }
    boolean unexpected =
        which == session
            && (file.state() == HotFile.State.ASKING || file.state() == HotFile.State.FILLING);
    if (unexpected) {
      letGoOfBefore();
      cache.failed(file, Packets.UNDEFINED, "The read of the file was ended");
    }
  }
}
