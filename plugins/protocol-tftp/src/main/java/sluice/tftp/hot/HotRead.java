package sluice.tftp.hot;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramSession;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Transfer;
import sluice.tftp.packet.Exchange;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;
import sluice.tftp.storm.Wheel;

/**
 * One client that is served from memory: the sender's part of RFC 1350, with the options of RFC
 * 2347 to 2349 and 7440. It sends again after its own time only, and never because an
 * acknowledgement came twice (RFC 1123, section 4.2.3.1). On the session's event loop.
 */
public final class HotRead implements Exchange, Follower, ClientPort.Events {

  /** Where the content of a transfer comes from: {@code memory}, or {@code fill} for the read. */
  public static final SessionKey<String> HOT = new SessionKey<>("hot", String.class);

  private static final Logger log = LoggerFactory.getLogger(HotRead.class);

  private static final long LONGEST_ANSWER = Duration.ofMillis(50).toNanos();

  /** A request that is repeated sooner is a copy that the network made. */
  private static final long COPY = Duration.ofMillis(200).toNanos();

  /**
   * For whom a file is read.
   *
   * @param dialled the address of this machine that the client sent to
   */
  record Origin(InetSocketAddress dialled) {}

  /**
   * What goes for this client.
   *
   * @param ports its transfer may use; null for the listening port
   * @param maxDuration of the transfer; zero for no limit
   * @param relay serves the request in another way, if the file cannot be had from memory
   */
  public record Terms(PortRanges ports, Duration maxDuration, Runnable relay) {}

  private final DatagramSession session;
  private final TftpRequest request;
  private final HotCache cache;
  private final Terms terms;
  private final Agreed agreed;
  private final ClientPort port;
  private final Wheel.Timer timer;

  private HotFile waitsFor;
  private HotFile file;
  private Content content;
  private Transfer transfer;
  private long begun;

  /** The OACK, until the client has acknowledged it. */
  private ByteBuf oack;

  /** The last block that was acknowledged, and the next to be sent; counted from 1. */
  private long acked;

  private long next = 1;
  private long last;
  private int failures;
  private boolean heard;
  private long lastHeard;

  /** When a request came again first since the client was heard. */
  private long askedAgain;

  private long lastSent;

  /** The mean time from a window to its acknowledgement, and when a window was last sent again. */
  private long answerTime;

  private long wentBack;
  private boolean relayed;
  private boolean over;

  /**
   * @param agreed what the client gets of what it asked for
   */
  public HotRead(
      DatagramListener listener,
      DatagramSession session,
      TftpRequest request,
      HotCache cache,
      Agreed agreed,
      Terms terms) {
    this.session = session;
    this.request = request;
    this.cache = cache;
    this.agreed = agreed;
    this.terms = terms;
    this.port = new ClientPort(listener, session);
    this.timer = cache.wheel().timer(this::timeOut);
  }

  /** Begins; the file comes from this pool if it is not in memory. */
  public void start(PoolRef pool) {
    session.onEnd(this::released);
    Origin origin = new Origin(session.info().dialledAddress());
    waitsFor = cache.follow(this, origin, pool, request.file());
  }

  @Override
  public void ready(HotFile known) {
    if (over) {
      return;
    }
    file = known;
    content = known.content();
    last = content.size() / agreed.blksize() + 1;
    session.set(HOT, "memory");
    transfer = session.beginOwn(request.spec());
    begun = cache.now();
    askedAgain = begun - 1;
    lastHeard = begun;
    wentBack = begun - Duration.ofMinutes(1).toNanos();
    if (terms.ports() != null) {
      try {
        port.open(session, terms.ports(), this);
      } catch (IOException e) {
        log.warn("{}: no port towards the client: {}", session, e.getMessage());
        port.send(Packets.error(Packets.UNDEFINED, "no port is free for the transfer"));
        end(Outcome.failed(Side.CLIENT, "no port is free for the transfer"));
        return;
      }
    }
    if (agreed.any()) {
      oack = agreed.oack(content.size());
      sendOack();
    } else {
      pump();
    }
    port.flush();
  }

  @Override
  public void more() {
    if (!over && next <= Math.min(acked + agreed.windowsize(), last)) {
      pump();
      port.flush();
    }
  }

  @Override
  public void unfit() {
    if (over) {
      return;
    }
    relayed = true;
    terms.relay().run();
  }

  @Override
  public void failed(int code, String message) {
    if (over) {
      return;
    }
    port.send(Packets.error(code, message));
    port.flush();
    end(Outcome.failed(Side.BACKEND, message));
  }

  private void sendOack() {
    lastSent = cache.now();
    port.send(oack.retainedDuplicate());
    timer.in(retransmit());
  }

  private long retransmit() {
    return agreed.timeout() > 0
        ? Duration.ofSeconds(agreed.timeout()).toNanos()
        : cache.options().retransmit().toNanos();
  }

  /** Sends what the window and the content allow. */
  private void pump() {
    if (oack != null) {
      return;
    }
    long end = Math.min(acked + agreed.windowsize(), last);
    int length = Packets.HEADER + agreed.blksize();
    int most = port.atOnce(length);
    boolean sent = false;
    while (next <= end && available(next)) {
      long first = next;
      while (next <= end && next - first < most && available(next)) {
        next++;
      }
      int count = (int) (next - first);
      ByteBuf packets = ByteBufAllocator.DEFAULT.directBuffer(count * length);
      for (long block = first; block < next; block++) {
        write(block, packets);
      }
      port.sendAll(packets, length, this::rollBack);
      sent = true;
    }
    if (sent) {
      lastSent = cache.now();
      timer.in(retransmit());
    }
  }

  private boolean available(long block) {
    return file.complete() || block < last && block * agreed.blksize() <= content.filled();
  }

  private void write(long block, ByteBuf into) {
    long position = (block - 1) * agreed.blksize();
    into.writeShort(Packets.DATA).writeShort((int) block);
    int length = (int) Math.min(agreed.blksize(), content.size() - position);
    content.copy(position, length, into);
  }

  private void rollBack() {
    next = acked + 1;
    pump();
    port.flush();
  }

  @Override
  public void packet(ByteBuf packet) {
    fromClient(packet);
  }

  @Override
  public void fromClient(ByteBuf packet) {
    int number = Packets.number(packet);
    if (over || number < 0 || content == null && Packets.opcode(packet) != Packets.ERROR) {
      return;
    }
    if (Packets.opcode(packet) == Packets.ERROR) {
      end(Outcome.aborted(Side.CLIENT, Packets.describeError(packet)));
    } else if (Packets.opcode(packet) == Packets.ACK) {
      acknowledged(number);
    }
  }

  private void acknowledged(int number) {
    heard = true;
    lastHeard = cache.now();
    session.touch();
    if (oack != null) {
      if (number == 0) {
        oack = null;
        failures = 0;
        pump();
      }
      return;
    }
    int ahead = (int) (number - acked & 0xffff);
    if (ahead == 0 || ahead > next - 1 - acked) {
      return; // A copy, or nonsense: what is missing is sent when its time is over.
    }
    // An answer that took longer was lost once, and says nothing of the way.
    long took = Math.min(lastHeard - lastSent, LONGEST_ANSWER);
    answerTime = answerTime - answerTime / 8 + took / 8;
    long before = acked * agreed.blksize();
    acked += ahead;
    failures = 0;
    transfer.moved(Math.min(acked * agreed.blksize(), content.size()) - before);
    if (acked == last) {
      end(Outcome.ok());
      return;
    }
    if (next > acked + 1) {
      lossSeen();
    }
    timer.cancel();
    pump();
    if (next > acked + 1) {
      timer.in(retransmit());
    }
  }

  /**
   * The client says that what follows was lost (RFC 7440, section 4). Many say that also of each
   * block that comes twice; to go back for all of these would double the packets again and again.
   * So it is done once in the time that an answer takes, when what was sent for the first is there.
   */
  private void lossSeen() {
    long now = cache.now();
    if (now - wentBack >= answerTime) {
      wentBack = now;
      next = acked + 1;
    }
  }

  private void timeOut() {
    if (over) {
      return;
    }
    Duration longest = terms.maxDuration();
    if (!longest.isZero() && cache.now() - begun > longest.toNanos()) {
      give("it took longer than " + longest.toMillis() + " ms");
    } else if (failures >= cache.options().retries()) {
      give("the client does not acknowledge");
    } else if (oack != null) {
      failures++;
      sendOack();
    } else if (next > acked + 1) {
      failures++;
      next = acked + 1;
      wentBack = cache.now(); // The client's own repetition, a moment later, says nothing new.
      pump();
    }
    port.flush();
  }

  private void give(String why) {
    port.send(Packets.error(Packets.UNDEFINED, "The transfer is over: " + why));
    port.flush();
    end(Outcome.timedOut(Side.CLIENT, why));
  }

  @Override
  public void clientGone() {
    // A client that lacks something stays; one that has all may be gone before we hear of it.
    boolean all = next == last + 1 && oack == null;
    end(all ? Outcome.ok() : Outcome.aborted(Side.CLIENT, "its port is closed"));
  }

  @Override
  public boolean joins(ByteBuf packet) {
    if (over || !request.repeatedBy(packet)) {
      return false;
    }
    if (content == null) {
      return true;
    }
    long now = cache.now();
    if (heard) {
      return !startedAgain(now);
    }
    if (now - lastSent >= COPY) {
      failures = 0;
      if (oack != null) {
        sendOack();
      } else {
        rollBack();
      }
      port.flush();
    }
    return true;
  }

  /**
   * A client that began anew repeats its request and acknowledges nothing. A request that was under
   * way for long comes once, or several times at once, and the client goes on acknowledging.
   */
  private boolean startedAgain(long now) {
    if (askedAgain - lastHeard < 0) {
      askedAgain = now;
      return false;
    }
    return now - askedAgain >= retransmit();
  }

  @Override
  public void replaced() {
    end(Outcome.aborted(Side.CLIENT, "the client began another transfer from the same port"));
  }

  @Override
  public void flush() {
    port.flush();
  }

  private void end(Outcome outcome) {
    if (!over) {
      over = true;
      if (transfer != null) {
        transfer.end(outcome);
      }
      session.end(outcome);
    }
  }

  private void released() {
    if (relayed) {
      return;
    }
    over = true;
    timer.cancel();
    oack = null;
    HotFile followed = file != null ? file : waitsFor;
    if (followed != null) {
      cache.left(followed, this);
    }
  }
}
