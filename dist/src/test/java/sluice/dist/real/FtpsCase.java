package sluice.dist.real;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sluice.dist.peers.clients.FtpMode;
import sluice.dist.peers.clients.FtpsClients;
import sluice.dist.peers.clients.JobTls.Version;
import sluice.dist.peers.servers.FtpsServers;

/**
 * One client with one server through the gateway, files both ways.
 *
 * @param tls of both sides where there is any; null where there is none
 */
record FtpsCase(
    FtpsClients client, FtpsServers server, Leg leg, Route route, FtpMode mode, Version tls) {

  /** How the client begins. */
  enum Leg {
    PLAIN,
    EXPLICIT,
    IMPLICIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the gateway does about TLS. */
  enum Route {
    TERMINATE,
    RE_ENCRYPT,
    PASSTHROUGH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static List<FtpsCase> all() {
    List<FtpsCase> cases = new ArrayList<>();
    for (FtpsClients client : FtpsClients.values()) {
      for (FtpsServers server : FtpsServers.values()) {
        for (Leg leg : Leg.values()) {
          for (Route route : Route.values()) {
            for (FtpMode mode : FtpMode.values()) {
              boolean any = leg != Leg.PLAIN || route == Route.RE_ENCRYPT;
              for (Version version : Version.values()) {
                if (any || version == Version.TLS_1_2) {
                  cases.add(new FtpsCase(client, server, leg, route, mode, any ? version : null));
                }
              }
            }
          }
        }
      }
    }
    return cases;
  }

  /** What no gateway can mend: why this cannot be; empty when it can. */
  Optional<String> impossible() {
    Optional<String> client = this.client.cannot(mode, leg != Leg.PLAIN);
    boolean hasty = this.client == FtpsClients.CURL && leg != Leg.PLAIN && tls == Version.TLS_1_3;
    if (client.isEmpty() && hasty && route == Route.RE_ENCRYPT) {
      return Optional.of(
          "a shortfall of the gateway: what curl uploads under TLS 1.3 is now and then answered 425,"
              + " if curl has sent and reset it before the server's TLS has begun (only 1.2 is run)");
    }
    if (client.isPresent() || route != Route.PASSTHROUGH) {
      return client;
    }
    if (!mode.passive()) {
      return Optional.of(
          "passed through, active mode would have the server dial the client, past the gateway");
    }
    if (leg == Leg.IMPLICIT && !server.knowsImplicit()) {
      return Optional.of(server.title() + " has no implicit TLS to pass through");
    }
    if (leg == Leg.PLAIN) {
      return Optional.empty();
    }
    if (!this.client.resumes() && server.insistsOnReuse()) {
      return Optional.of(
          server.title() + " wants resumed TLS sessions, which FTP_TLS as shipped does not make");
    }
    if (hasty && server.insistsOnReuse()) {
      return Optional.of(
          "curl 7.88.1 resumes no session of TLS 1.3 after a few uploads, which "
              + server.title()
              + " wants, without a gateway too (only 1.2 is run)");
    }
    if (hasty && server == FtpsServers.APACHE) {
      return Optional.of(
          "Apache FtpServer 1.2.1 answers most of curl's uploads under TLS 1.3 with 426, without a"
              + " gateway too (only 1.2 is run)");
    }
    return Optional.empty();
  }

  /** Each way with one version of TLS, both in turn. */
  boolean ofTheWhole() {
    int turn =
        client.ordinal() + server.ordinal() + leg.ordinal() + route.ordinal() + mode.ordinal();
    return tls == null || tls == Version.values()[turn % 2] || other().impossible().isPresent();
  }

  private FtpsCase other() {
    Version other = tls == Version.TLS_1_2 ? Version.TLS_1_3 : Version.TLS_1_2;
    return new FtpsCase(client, server, leg, route, mode, other);
  }

  /** One of the ways to every server also moves the large file. */
  boolean large() {
    int turn = client.ordinal() + server.ordinal();
    return route.ordinal() == turn % Route.values().length
        && mode == (turn % 2 == 0 ? FtpMode.EPSV : FtpMode.PASV)
        && leg == (turn % 4 < 3 && client != FtpsClients.TNFTP ? Leg.EXPLICIT : Leg.PLAIN)
        && tls != Version.TLS_1_2;
  }

  String row() {
    return "%s, %s, %s".formatted(client.title(), server.title(), leg);
  }

  String column() {
    return route + " " + mode;
  }

  @Override
  public String toString() {
    return row() + ", " + column() + (tls == null ? "" : ", TLS " + tls);
  }
}
