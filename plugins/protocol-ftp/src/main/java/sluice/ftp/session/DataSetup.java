package sluice.ftp.session;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.AddressCodec;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;

/**
 * PASV, EPSV, PORT or EPRT: the client's command says what happens on its side, and the descriptor
 * whether the same happens on the backend's. The client hears of it when both are prepared.
 */
final class DataSetup implements Exchange, BackendSetup.Events {

  private static final Logger LOG = LoggerFactory.getLogger(DataSetup.class);

  private final FtpSession ftp;
  private final Command command;
  private final String verb;
  private final InetAddress client;
  private String mode;
  private DataLeg clientLeg;
  private BackendSetup backend;
  private DataChannel data;
  private boolean opening;

  DataSetup(FtpSession ftp, Command command) {
    this.ftp = ftp;
    this.command = command;
    this.verb = command.verb();
    this.client = ftp.session().info().clientAddress().getAddress();
  }

  @Override
  public void start() {
    if (ftp.data().extendedPassiveOnly() && !verb.equals("EPSV")) {
      answer(503, verb + " is refused after EPSV ALL.");
      return;
    }
    switch (verb) {
      case "PASV" -> {
        if (dialled() instanceof Inet4Address) {
          expectClient("passive");
        } else {
          answer(522, "PASV cannot tell an IPv6 address; use EPSV (2).");
        }
      }
      case "EPSV" -> epsv(command.argument().strip());
      case "PORT" -> dialClient("active", AddressCodec.port(command.argument()));
      case "EPRT" -> eprt();
      default -> throw new IllegalStateException(verb);
    }
  }

  private void epsv(String argument) {
    int family = AddressCodec.family(client);
    if (argument.equalsIgnoreCase("ALL")) {
      ftp.data().allowOnlyExtendedPassive();
      answer(200, "EPSV ALL: only EPSV opens data connections from now on.");
    } else if (argument.isEmpty() || argument.equals(Integer.toString(family))) {
      expectClient("extended-passive");
    } else if (argument.chars().allMatch(c -> c >= '0' && c <= '9')) {
      answer(522, "Network protocol not supported, use (" + family + ").");
    } else {
      answer(501, "EPSV takes a network protocol number or ALL.");
    }
  }

  private void eprt() {
    Optional<AddressCodec.Eprt> eprt = AddressCodec.eprt(command.argument());
    int family = AddressCodec.family(client);
    if (eprt.isPresent() && eprt.get().family() != family) {
      answer(522, "Network protocol not supported, use (" + family + ").");
    } else {
      dialClient("extended-active", eprt.flatMap(AddressCodec.Eprt::address));
    }
  }

  private void expectClient(String how) {
    begin(
        how,
        DataLeg.expect(here(), ftp.options().dataPorts(), client)
            .withPeers(ftp.options().dataPeer()));
  }

  private void dialClient(String how, Optional<InetSocketAddress> remote) {
    if (remote.isEmpty()) {
      answer(501, verb + " needs an address and a port of 1024 to 65535.");
    } else if (!Arrays.equals(remote.get().getAddress().getAddress(), client.getAddress())) {
      LOG.warn("{} {} refused: it is not the client's address {}", ftp, command, client);
      answer(500, verb + " refused: it has to tell your own address, " + address(client) + ".");
    } else if (remote.get().getPort() < 1024) {
      LOG.warn("{} {} refused: the port is below 1024", ftp, command);
      answer(500, verb + " refused: the port has to be 1024 to 65535.");
    } else {
      // The control connection's own address object, which knows the interface of a local address.
      DataLeg leg = DataLeg.dial(new InetSocketAddress(client, remote.get().getPort()), here());
      OptionalInt from = ftp.options().sourcePort(listener().getPort());
      begin(how, from.isPresent() ? leg.fromPort(from.getAsInt()) : leg);
    }
  }

  private static String address(InetAddress address) {
    String text = address.getHostAddress();
    return text.contains("%") ? text.substring(0, text.indexOf('%')) : text;
  }

  private void begin(String how, DataLeg leg) {
    mode = how;
    clientLeg = ftp.security().clientLeg(leg);
    ftp.data().drop(Outcome.aborted(Side.CLIENT, "replaced by " + verb));
    boolean passive = ftp.options().dataMode().passive(leg.expected());
    backend = new BackendSetup(ftp, passive, verb.equals("PASV"), this);
    if (passive) {
      backend.ask();
    } else {
      open(backend.expected());
    }
  }

  @Override
  public void reply(Reply reply) {
    if (backend != null) {
      backend.reply(reply);
    }
  }

  @Override
  public void announced(DataLeg leg) {
    if (!clientLeg.expected()) {
      // Neither side would come by itself: a client is dialled when its transfer begins.
      clientLeg = clientLeg.later();
      open(leg.later());
    } else {
      open(leg);
    }
  }

  @Override
  public void told() {
    announce();
  }

  @Override
  public void refused(Reply reply) {
    ftp.data().drop(Outcome.failed(Side.BACKEND, reply.toString()));
    ftp.toClient(forClient(reply));
    ftp.done(this);
  }

  /** A refusal of what the client has not asked for is told in other words. */
  private Reply forClient(Reply reply) {
    boolean same = ftp.options().dataMode().passive(clientLeg.expected()) == clientLeg.expected();
    return same || reply.code() < 500 || reply.code() >= 530 && reply.code() < 540
        ? reply
        : Reply.of(425, "The server prepares no data connection.");
  }

  @Override
  public void useless() {
    answer(425, "The server announced no data port that can be used.");
  }

  private void open(DataLeg backendLeg) {
    opening = true;
    data = new DataChannel(mode, this::changed);
    ftp.data().prepared(data);
    data.open(
        ftp.session(),
        DataPlan.of(clientLeg, ftp.security().backendLeg(backendLeg))
            .withIdleTimeout(ftp.options().dataIdleTimeout()));
  }

  /** The data connection is listening, or has failed to. */
  private void changed() {
    if (!opening) {
      return;
    }
    opening = false;
    if (data.ended()) {
      LOG.warn("{} no data connection can be prepared: {}", ftp, data.outcome());
      ftp.data().drop(data.outcome());
      answer(425, "No data connection can be prepared, please try again.");
    } else if (data.awaits(Side.BACKEND)) {
      backend.tell(data.connection().listening(Side.BACKEND).getPort());
    } else {
      announce();
    }
  }

  /** Both sides are prepared: the client is told. */
  private void announce() {
    DataChannel prepared = data;
    Duration limit = ftp.options().dataConnectTimeout();
    ftp.after(limit, () -> ftp.data().expire(prepared, verb, limit));
    if (!clientLeg.expected()) {
      answer(200, verb + " command successful.");
      return;
    }
    int port = data.connection().listening(Side.CLIENT).getPort();
    if (verb.equals("EPSV")) {
      answer(229, AddressCodec.epsvText(port));
      return;
    }
    ftp.publicAddress()
        .find(
            client,
            (Inet4Address) dialled(),
            ftp.session().eventLoop(),
            address -> {
              if (ftp.session().ended()) {
                return;
              }
              if (address.isPresent()) {
                answer(227, AddressCodec.pasvText(address.get(), port));
              } else {
                ftp.data().drop(Outcome.failed(null, "the public address is not known"));
                answer(425, "The gateway does not know its public address; use EPSV.");
              }
            });
  }

  /** The gateway's own address towards the client, or towards a balancer in front. */
  private InetAddress here() {
    return listener().getAddress();
  }

  private InetSocketAddress listener() {
    return (InetSocketAddress) ftp.session().client().localAddress();
  }

  /** The address that the client knows: with a balancer in front, one of the balancer's. */
  private InetAddress dialled() {
    return ftp.session().info().dialledAddress().getAddress();
  }

  private void answer(int code, String text) {
    ftp.toClient(Reply.of(code, text));
    ftp.done(this);
  }
}
