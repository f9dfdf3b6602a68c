package sluice.dist.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.JobTls.Version;
import sluice.dist.peers.servers.FtpsServers;
import sluice.dist.peers.servers.RunningServer;
import sluice.dist.real.FtpsCase.Leg;
import sluice.dist.real.FtpsCase.Route;
import sluice.testkit.SelfSigned;

/**
 * Every server with TLS, and one gateway with a listener for every way to each of them. The gateway
 * and the servers have certificates of their own, so that whose a client has seen is certain: it
 * believes but one.
 */
final class FtpsSite implements AutoCloseable {
  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 60;

  private final Scratch scratch;
  private final InetAddress here = Loopback.v4();
  private final Map<FtpsServers, RunningServer> explicit = new EnumMap<>(FtpsServers.class);
  private final Map<FtpsServers, RunningServer> implicit = new EnumMap<>(FtpsServers.class);
  private final Map<String, InetSocketAddress> listeners = new HashMap<>();
  private final StringBuilder descriptor = new StringBuilder("listeners:\n");
  private final StringBuilder pools = new StringBuilder("pools:\n");
  private SelfSigned shown;
  private SelfSigned behind;
  private PackagedGateway gateway;
  private int range;

  private FtpsSite(Scratch scratch) {
    this.scratch = scratch;
  }

  /** Starts those of these servers that are here, and the gateway. */
  static FtpsSite start(List<FtpsServers> kinds) {
    FtpsSite site = new FtpsSite(Scratch.create("ftps"));
    try {
      site.startAll(kinds.stream().filter(FtpsServers::present).toList());
      return site;
    } catch (IOException e) {
      site.close();
      throw new UncheckedIOException(e);
    } catch (AssertionError | RuntimeException e) {
      site.close();
      throw e;
    }
  }

  private void startAll(List<FtpsServers> kinds) throws IOException {
    Map<FtpsServers, InetAddress> addresses = new EnumMap<>(FtpsServers.class);
    kinds.forEach(kind -> addresses.put(kind, Loopback.v4()));
    shown = SelfSigned.make(scratch.path(), "gateway", here.getHostAddress());
    // Passed through, clients see it at the gateway's address.
    behind =
        SelfSigned.make(
            scratch.path(),
            "backend",
            Stream.concat(Stream.of(here), addresses.values().stream())
                .map(InetAddress::getHostAddress)
                .toArray(String[]::new));
    for (FtpsServers kind : kinds) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      String ports = nextPorts();
      RunningServer server =
          kind.start(new FtpsServers.Setting(addresses.get(kind), false, behind, ports, here));
      explicit.put(kind, server);
      pool(name, server, ports);
      for (Leg leg : List.of(Leg.EXPLICIT, Leg.IMPLICIT)) {
        listener(kind, Route.TERMINATE, leg, null, name, tls("terminate", leg, ""));
        for (Version version : Version.values()) {
          String backend =
              ", backend: { ca: \"%s\", protocols: [%s] }"
                  .formatted(behind.certificate(), version.javaName());
          listener(kind, Route.RE_ENCRYPT, leg, version, name, tls("re-encrypt", leg, backend));
        }
      }
      listener(kind, Route.PASSTHROUGH, Leg.EXPLICIT, null, name, "control: passthrough");
      if (kind.knowsImplicit()) {
        String more = nextPorts();
        RunningServer second =
            kind.start(new FtpsServers.Setting(addresses.get(kind), true, behind, more, here));
        implicit.put(kind, second);
        pool(name + "-implicit", second, more);
        listener(
            kind,
            Route.PASSTHROUGH,
            Leg.IMPLICIT,
            null,
            name + "-implicit",
            "control: passthrough-implicit");
      }
    }
    gateway = PackagedGateway.start(descriptor.append(pools).toString());
  }

  private String nextPorts() {
    int first = FIRST_PORT + range++ * PORTS;
    return first + "-" + (first + PORTS - 1);
  }

  private void pool(String name, RunningServer server, String ports) {
    pools.append(
        "  %s: { backends: { one: { address: \"%s\", data-ports: %s } } }%n"
            .formatted(name, Loopback.hostPort(server.address()), ports));
  }

  /** Plain clients are served where others begin with AUTH TLS. */
  private String tls(String mode, Leg leg, String backend) {
    return "tls: { mode: %s, implicit: %s, control: optional, data: optional, server: { certificate: \"%s\", key: \"%s\" }%s }"
        .formatted(mode, leg == Leg.IMPLICIT, shown.certificate(), shown.key(), backend);
  }

  private void listener(
      FtpsServers kind, Route route, Leg leg, Version version, String pool, String options) {
    InetSocketAddress bind = new InetSocketAddress(here, Loopback.freePort(here));
    String name = name(kind, route, leg, version);
    listeners.put(name, bind);
    descriptor.append(
        "  %s: { protocol: ftp, bind: \"%s\", pool: %s, options: { %s } }%n"
            .formatted(name, Loopback.hostPort(bind), pool, options));
  }

  private static String name(FtpsServers kind, Route route, Leg leg, Version version) {
    return "%s-%s-%s%s"
        .formatted(
            kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
            route,
            leg == Leg.PLAIN ? Leg.EXPLICIT : leg,
            version == null ? "" : "-" + version.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** The listener's name in the descriptor. */
  String listener(FtpsCase c) {
    return name(c.server(), c.route(), c.leg(), c.route() == Route.RE_ENCRYPT ? c.tls() : null);
  }

  /** Where the client has to go. */
  InetSocketAddress address(FtpsCase c) {
    return listeners.get(listener(c));
  }

  /** Where it arrives. */
  RunningServer server(FtpsCase c) {
    return (c.route() == Route.PASSTHROUGH && c.leg() == Leg.IMPLICIT ? implicit : explicit)
        .get(c.server());
  }

  /** Whose certificate the client has to see. */
  SelfSigned certificate(FtpsCase c) {
    return c.route() == Route.PASSTHROUGH ? behind : shown;
  }

  PackagedGateway gateway() {
    return gateway;
  }

  @Override
  public void close() {
    List<AutoCloseable> open = new ArrayList<>();
    if (gateway != null) {
      open.add(gateway);
    }
    open.addAll(explicit.values());
    open.addAll(implicit.values());
    open.add(scratch);
    Throwable failure = null;
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception | AssertionError e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw new AssertionError("not everything ended well", failure);
    }
  }
}
