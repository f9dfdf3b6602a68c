package sluice.ftp.session;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address that PASV announces. A name is looked up on a thread of its own, at most every 30
 * seconds and only when it is needed; while a look-up fails the address found last is announced.
 */
final class PublicAddress implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PublicAddress.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(30).toNanos();

  private record Found(Inet4Address address, long at) {}

  private final String name;
  private final Inet4Address fixed;
  private final ThreadPoolExecutor lookUps;
  private volatile Found found;

  PublicAddress(String text) {
    if (text.equals("auto")) {
      name = null;
      fixed = null;
      lookUps = null;
    } else if (NetUtil.isValidIpV4Address(text)) {
      name = null;
      fixed = address(text);
      lookUps = null;
    } else {
      name = text;
      fixed = null;
      lookUps =
          new ThreadPoolExecutor(
              1,
              1,
              10,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(10_000),
              task -> {
                Thread thread = new Thread(task, "ftp-public-address");
                thread.setDaemon(true);
                return thread;
              });
      lookUps.allowCoreThreadTimeOut(true);
    }
  }

  private static Inet4Address address(String literal) {
    try {
      return (Inet4Address) InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("public-address is no address: " + literal, e);
    }
  }

  /**
   * Finds the address to announce.
   *
   * @param dialled what the client dialled
   * @param loop where the answer is given; at once if it is known
   * @param answer empty if the name has no IPv4 address
   */
  void find(Inet4Address dialled, Executor loop, Consumer<Optional<Inet4Address>> answer) {
    Found known = found;
    if (name == null) {
      answer.accept(Optional.of(fixed == null ? dialled : fixed));
    } else if (known != null && System.nanoTime() - known.at() < FRESH_NANOS) {
      answer.accept(Optional.of(known.address()));
    } else {
      try {
        lookUps.execute(
            () -> {
              Optional<Inet4Address> address = lookUp();
              loop.execute(() -> answer.accept(address));
            });
      } catch (RejectedExecutionException e) {
        answer.accept(Optional.ofNullable(known).map(Found::address));
      }
    }
  }

  private Optional<Inet4Address> lookUp() {
    Found known = found;
    if (known != null && System.nanoTime() - known.at() < FRESH_NANOS) {
      return Optional.of(known.address()); // Another session has just asked.
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(name)) {
        if (address instanceof Inet4Address v4) {
          found = new Found(v4, System.nanoTime());
          return Optional.of(v4);
        }
      }
      LOG.warn("public-address {} has no IPv4 address, but PASV needs one", name);
    } catch (UnknownHostException e) {
      LOG.warn("public-address {} cannot be looked up: {}", name, e.getMessage());
    }
    return Optional.ofNullable(known).map(Found::address);
  }

  @Override
  public void close() {
    if (lookUps != null) {
      lookUps.shutdownNow();
    }
  }
}
