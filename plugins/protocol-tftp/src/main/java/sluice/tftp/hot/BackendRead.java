package sluice.tftp.hot;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import sluice.api.protocol.BackendLink;
import sluice.tftp.packet.Packets;
import sluice.tftp.storm.Wheel;

/**
 * The reader's part of one transfer from one backend: octet, with blksize, windowsize and tsize. On
 * the session's event loop.
 */
final class BackendRead extends SimpleChannelInboundHandler<DatagramPacket> {

  /** Told how it goes. After anything that says so, nothing more is told. */
  interface Events {

    /**
     * The backend has answered; {@link #go} makes it send.
     *
     * @param size as it says, or -1 if it does not say
     */
    void granted(long size);

    /** The next block; returns false if that was the end. */
    boolean block(ByteBuf packet, int index, int length);

    /** No more packets have come for the moment. */
    void pause();

    /** The last block was there; returns false if something is wrong with the whole. */
    boolean last();

    /** The backend knows, as far as that can be said; the end. */
    void done();

    /**
     * The backend sent an ERROR; the end.
     *
     * @param first whether that was its answer to the request
     */
    void error(int code, String message, boolean first);

    /** It does not go on; the end. */
    void silent();
  }

  private enum State {
    ASKING,
    GRANTED,
    READING,
    LINGERING,
    OVER
  }

  private final BackendLink link;
  private final HotCache cache;
  private final String file;
  private final Events events;
  private final Wheel.Timer timer;

  private State state = State.ASKING;
  private InetSocketAddress transferId;
  private int blksize = Packets.DEFAULT_BLKSIZE;
  private int windowsize = 1;
  private long received;
  private int unacknowledged;
  private boolean gapTold;
  private int failures;
  private boolean grown;

  BackendRead(BackendLink link, HotCache cache, String file, Events events) {
    this.link = link;
    this.cache = cache;
    this.file = file;
    this.events = events;
    this.timer = cache.wheel().timer(this::timeOut);
  }

  BackendLink link() {
    return link;
  }

  void start() {
    link.channel().pipeline().addLast(this);
    link.channel().config().setAutoRead(true);
    ask();
  }

  private void ask() {
    ByteBuf request = Unpooled.buffer(64 + file.length()).writeShort(Packets.RRQ);
    string(request, file);
    string(request, "octet");
    string(request, "tsize");
    string(request, "0");
    string(request, "blksize");
    string(request, Integer.toString(cache.limits().blksize()));
    if (cache.limits().windowsize() > 1) {
      string(request, "windowsize");
      string(request, Integer.toString(cache.limits().windowsize()));
    }
    send(request, link.address());
    timer.in(cache.options().retransmit().toNanos());
  }

  private static void string(ByteBuf into, String text) {
    into.writeCharSequence(text, StandardCharsets.UTF_8);
    into.writeByte(0);
  }

  /** After {@link Events#granted}: the content is wanted. */
  void go() {
    state = State.READING;
    acknowledge();
  }

  /** Ends the transfer in words for the backend. */
  void tell(int code, String message) {
    if (transferId != null) {
      send(Packets.error(code, message), transferId);
    }
    close();
  }

  void close() {
    state = State.OVER;
    timer.cancel();
  }

  private void send(ByteBuf packet, InetSocketAddress to) {
    link.channel().writeAndFlush(new DatagramPacket(packet, to), link.channel().voidPromise());
  }

  private void acknowledge() {
    unacknowledged = 0;
    send(Packets.ack((int) received & 0xffff), transferId);
    timer.in(cache.options().retransmit().toNanos());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    InetSocketAddress sender = packet.sender();
    ByteBuf content = packet.content();
    boolean known =
        transferId == null
            ? sender.getAddress().equals(link.address().getAddress())
            : sender.equals(transferId);
    if (!known) {
      if (Packets.opcode(content) != Packets.ERROR && state != State.OVER) {
        send(Packets.error(Packets.UNKNOWN_TRANSFER, "Unknown transfer ID"), sender);
      }
      return;
    }
    int number = Packets.number(content);
    switch (Packets.opcode(content)) {
      case Packets.OACK -> granted(sender, content);
      case Packets.DATA -> data(sender, number, content);
      case Packets.ERROR -> error(sender, number, content);
      default -> {} // Nothing that a sender says.
    }
  }

  private void granted(InetSocketAddress sender, ByteBuf oack) {
    if (state == State.READING && received == 0) {
      acknowledge();
    }
    if (state != State.ASKING) {
      return;
    }
    transferId = sender;
    blksize = Packets.option(oack, "blksize", Packets.DEFAULT_BLKSIZE);
    windowsize = Packets.option(oack, "windowsize", 1);
    long size = Packets.option(oack, oack.readerIndex() + 2, "tsize");
    boolean more = blksize > cache.limits().blksize() || windowsize > cache.limits().windowsize();
    answered(more ? -1 : size);
  }

  private void answered(long size) {
    state = State.GRANTED;
    timer.cancel();
    link.answered();
    events.granted(size);
  }

  private void data(InetSocketAddress sender, int number, ByteBuf packet) {
    if (state == State.ASKING && number == 1) {
      transferId = sender;
      answered(-1); // It takes no options.
    } else if (state == State.LINGERING && number == ((int) received & 0xffff)) {
      send(Packets.ack(number), transferId);
    }
    if (state != State.READING) {
      return;
    }
    if (number != ((int) (received + 1) & 0xffff)) {
      if (!gapTold && windowsize > 1) {
        gapTold = true;
        acknowledge(); // What comes next was lost: the sender is to go back there.
      }
      return;
    }
    int length = Packets.contentLength(packet);
    received++;
    unacknowledged++;
    gapTold = false;
    failures = 0;
    grown = true;
    if (length > blksize) {
      length = blksize;
    }
    if (!events.block(packet, packet.readerIndex() + Packets.HEADER, length)) {
      return;
    }
    if (length < blksize) {
      linger();
    } else if (unacknowledged >= windowsize) {
      acknowledge();
    }
  }

  private void linger() {
    send(Packets.ack((int) received & 0xffff), transferId);
    state = State.LINGERING;
    if (events.last()) {
      timer.in(2 * cache.options().retransmit().toNanos());
    }
  }

  private void error(InetSocketAddress sender, int code, ByteBuf packet) {
    if (state == State.LINGERING) {
      finish();
    } else if (state != State.OVER && code >= 0) {
      boolean first = state == State.ASKING;
      if (first) {
        transferId = sender;
        link.answered();
      }
      close();
      events.error(code, Packets.message(packet), first);
    }
  }

  private void timeOut() {
    switch (state) {
      case ASKING -> ask();
      case READING -> {
        if (++failures > cache.options().retries()) {
          tell(Packets.UNDEFINED, "Nothing comes any more");
          events.silent();
        } else {
          gapTold = false;
          acknowledge();
        }
      }
      case LINGERING -> finish();
      default -> {}
    }
  }

  private void finish() {
    close();
    events.done();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (grown) {
      grown = false;
      if (state == State.READING) {
        events.pause();
      }
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A packet that is lost; it is sent again.
  }
}
