package sluice.ftp.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.OptionalInt;
import sluice.api.Backend;
import sluice.api.Secret;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.ProbeTls;
import sluice.ftp.codec.AddressCodec;
import sluice.ftp.codec.Reply;

/** Greets, logs in and looks for a file, as far as its options say, and says good-bye. */
public final class FtpCheck implements HealthCheck {

  private static final int SHOWN = 120;

  private final FtpCheckOptions options;

  /** Thread-safe, as it keeps nothing. */
  public FtpCheck(FtpCheckOptions options) {
    this.options = options;
  }

  @Override
  public Health probe(Backend backend, Duration timeout) throws IOException {
    return probe(
        backend,
        timeout,
        (over, spec, host) -> {
          throw new IOException("there is no TLS here");
        });
  }

  @Override
  public Health probe(Backend backend, Duration timeout, ProbeTls probeTls) throws IOException {
    InetSocketAddress address = backend.address();
    try (CheckConnection server = new CheckConnection(address, backend.source(), timeout)) {
      CheckSecurity tls = new CheckSecurity(options.tls(), probeTls, server, backend.host());
      tls.beforeGreeting();
      Reply greeting = server.finalReply("no greeting");
      Duration latency = server.elapsed();
      if (greeting.code() == 0) {
        throw new CheckException("no FTP greeting, but \"" + shown(greeting) + "\"");
      }
      if (greeting.code() / 100 != 2) {
        server.send("QUIT");
        throw new CheckException("greeted with \"" + shown(greeting) + "\" instead of 220");
      }
      tls.afterGreeting();
      Health found = Health.up(shown(greeting));
      if (options.user().isPresent()) {
        found = loggedIn(server, tls, options.user().get());
      }
      goodbye(server);
      return tls.judged(found).withLatency(latency);
    } catch (CheckException e) {
      return Health.down(e.getMessage());
    }
  }

  private Health loggedIn(CheckConnection server, CheckSecurity tls, String user)
      throws IOException, CheckException {
    Reply reply = server.ask("USER " + user, "USER");
    if (reply.code() == 331) {
      reply = server.ask("PASS " + options.password().map(Secret::reveal).orElse(""), "PASS");
    }
    if (reply.code() / 100 != 2) {
      goodbye(server);
      throw new CheckException("login of " + user + " refused: " + shown(reply));
    }
    return options.file().isEmpty()
        ? Health.up("login of " + user + " accepted")
        : file(server, tls, options.file().get());
  }

  private Health file(CheckConnection server, CheckSecurity tls, String file)
      throws IOException, CheckException {
    server.ask("TYPE I", "TYPE I");
    Reply size = server.ask("SIZE " + file, "SIZE");
    if (size.code() == 213) {
      return Health.up(file + " has " + size.text().strip() + " bytes");
    }
    // 5yz other than 550: the command is not known, or not for this; then fetch the file.
    Reply last = size.code() == 550 ? size : fetch(server, tls, file);
    if (last.positive()) {
      return Health.up(file + " was fetched");
    }
    if (last.code() != 550) {
      goodbye(server);
      throw new CheckException(file + " cannot be fetched: " + shown(last));
    }
    String reason = file + " is missing: " + shown(last);
    return options.missing() == FtpCheckOptions.Missing.DRAIN
        ? Health.drain(reason)
        : Health.down(reason);
  }

  /** Fetches the file over EPSV, or PASV where that is not known; all of it, and keeps nothing. */
  private static Reply fetch(CheckConnection server, CheckSecurity tls, String file)
      throws IOException, CheckException {
    tls.protectData();
    Reply passive = server.ask("EPSV", "EPSV");
    if (passive.negative()) {
      passive = server.ask("PASV", "PASV");
    }
    if (passive.negative()) {
      return passive;
    }
    OptionalInt port =
        passive.code() == 229
            ? AddressCodec.epsv(passive.text())
            : AddressCodec.pasv(passive.text())
                .map(address -> OptionalInt.of(address.getPort()))
                .orElse(OptionalInt.empty());
    if (port.isEmpty()) {
      throw new CheckException("no data port can be read in \"" + shown(passive) + "\"");
    }
    try (Socket plain = server.data(port.getAsInt())) {
      server.send("RETR " + file);
      Reply reply = server.reply("no answer to RETR");
      if (!reply.preliminary()) {
        return reply;
      }
      try (Socket data = tls.data(plain)) {
        InputStream in = data.getInputStream();
        byte[] buffer = new byte[8192];
        while (in.read(buffer) >= 0) {
          if (!server.timeLeft()) {
            throw new CheckException(file + " was not fetched in time; a small file is expected");
          }
        }
      }
    } catch (SocketTimeoutException e) {
      throw new CheckException(file + " was not fetched in time");
    }
    return server.finalReply("no end of RETR");
  }

  /** So that the server's log shows an ordinary visit. */
  static void goodbye(CheckConnection server) {
    try {
      server.ask("QUIT", "QUIT");
    } catch (IOException | CheckException e) {
      return; // What was to be found out has been found out.
    }
  }

  static String shown(Reply reply) {
    String text = reply.toString().replaceAll("[^\\x20-\\x7e]", "?").strip();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }
}
