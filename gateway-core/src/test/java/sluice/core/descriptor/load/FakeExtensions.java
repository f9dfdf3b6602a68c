package sluice.core.descriptor.load;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.Range;
import sluice.api.Secret;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;
import sluice.api.protocol.DataPeers;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.StaticPorts;
import sluice.api.protocol.StreamProtocol;
import sluice.core.plugins.Extensions;

/** Extensions that do nothing, with options of every type. */
final class FakeExtensions {

  private FakeExtensions() {}

  static Extensions all() {
    return Extensions.of(
        protocol("ftp", ProtocolFactory.Transport.STREAM, FtpOptions.class),
        protocol("tftp", ProtocolFactory.Transport.DATAGRAM, TftpOptions.class),
        protocol("sftp", ProtocolFactory.Transport.STREAM, NoOptions.class),
        new Unread(),
        protocol("every", ProtocolFactory.Transport.STREAM, EveryOptions.class),
        strategy("round-robin", NoOptions.class),
        strategy("least-transfers", NoOptions.class),
        strategy("source-hash", HashOptions.class),
        check("tcp", NoOptions.class),
        check("ftp", FtpCheckOptions.class));
  }

  /** No options. */
  record NoOptions() {}

  /** Like those of FTP. */
  record FtpOptions(
      @Doc("The address that is announced for data connections.") @Default("auto")
          String publicAddress,
      @Doc("The ports that data connections arrive on.") @Default("0") PortRanges dataPorts,
      @Doc("Routes by user.") Map<String, PoolRef> routes) {}

  /** Like those of TFTP. */
  record TftpOptions(
      @Doc("The ports of transfers.") @Default("0") PortRanges transferPorts,
      @Default("false") boolean singlePort) {}

  /** With a rule of its own. */
  record HashOptions(@Default("160") @Range(min = 1, max = 10_000) int points) {
    HashOptions {
      if (points % 10 != 0) {
        throw new IllegalArgumentException(
            "points come in tens, but there are " + points + "; take " + (points / 10 * 10 + 10));
      }
    }
  }

  /** With a secret. */
  record FtpCheckOptions(Optional<String> user, Optional<Secret> password) {}

  /** A choice. */
  enum Colour {
    RED,
    DARK_GREEN
  }

  /** A record in a record. */
  record Login(String user, Secret password, @Default("3") int attempts) {}

  /** All defaults. */
  record Limits(@Default("64KiB") ByteSize buffer, Optional<Duration> patience) {}

  /** One of each type; all but the first have a default or may be absent. */
  record EveryOptions(
      @Doc("A name, and it must be there.") String name,
      @Default("1") byte tiny,
      @Default("2") short small,
      @Default("3") long large,
      @Default("0.5") double share,
      @Default("0.25") float part,
      @Default("true") boolean on,
      @Default(",") char separator,
      @Default("dark-green") Colour colour,
      @Default("90s") Duration patience,
      @Default("/var/tmp") Path directory,
      @Default("127.0.0.1") InetAddress source,
      @Default("1MiB") ByteSize size,
      @Default("5000-5009,6000") PortRanges ports,
      Optional<Secret> secret,
      Optional<PoolRef> fallback,
      Limits limits,
      Optional<Login> login,
      List<Integer> numbers,
      List<Login> logins,
      Map<String, Duration> times,
      @Default("[a, b]") List<String> words,
      @Range(min = 1, max = 9) Optional<Integer> count) {}

  /** A protocol that wants the static data ports of backends. */
  record Unread() implements ProtocolFactory<NoOptions> {
    @Override
    public String name() {
      return "unread";
    }

    @Override
    public Class<NoOptions> optionsType() {
      return NoOptions.class;
    }

    @Override
    public Transport transport() {
      return Transport.STREAM;
    }

    @Override
    public Optional<StaticPorts> staticPorts(NoOptions options) {
      return Optional.of(new StaticPorts("protocol: unread", DataPeers.STRICT, Duration.ZERO));
    }

    @Override
    public Protocol create(NoOptions options) {
      return (StreamProtocol) session -> {};
    }
  }

  static <O extends Record> ProtocolFactory<O> protocol(
      String name, ProtocolFactory.Transport transport, Class<O> type) {
    return new ProtocolFactory<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Class<O> optionsType() {
        return type;
      }

      @Override
      public Transport transport() {
        return transport;
      }

      @Override
      public Protocol create(O options) {
        return (StreamProtocol) session -> {};
      }
    };
  }

  static <O extends Record> BalancerFactory<O> strategy(String name, Class<O> type) {
    return new BalancerFactory<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Class<O> optionsType() {
        return type;
      }

      @Override
      public Balancer create(O options) {
        return (session, candidates) -> candidates.get(0);
      }
    };
  }

  static <O extends Record> HealthCheckFactory<O> check(String name, Class<O> type) {
    return new HealthCheckFactory<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Class<O> optionsType() {
        return type;
      }

      @Override
      public HealthCheck create(O options) {
        return (backend, timeout) -> Health.up("");
      }
    };
  }
}
