package sluice.ftp.session;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
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
 * PASV, EPSV, PORT or EPRT: the client's command says what happens on its side; on the backend's
 * side the gateway uses what that backend and its address family understand. Of what the backend
 * announces only the port is believed.
 */
final class DataSetup implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(DataSetup.class);

  /** Refusals that another way of asking does not help against. */
  private static final List<Integer> NOT_THE_WORD = List.of(530, 532, 533, 534);

  private final FtpSession ftp;
  private final Command command;
  private final String verb;
  private final InetAddress client;
  private final Deque<String> questions = new ArrayDeque<>(2);
  private final Deque<String> refused = new ArrayDeque<>(2);
  private String asked;
  private String mode;
  private DataLeg clientLeg;
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
    begin(how, DataLeg.expect(here(), ftp.options().dataPorts(), client));
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
      begin(how, DataLeg.dial(new InetSocketAddress(client, remote.get().getPort()), here()));
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
    boolean v4 = ftp.data().backendAddress() instanceof Inet4Address;
    if (backendPassive()) {
      boolean pasvFirst = v4 && verb.equals("PASV");
      questions.addAll(pasvFirst ? List.of("PASV", "EPSV") : List.of("EPSV", "PASV"));
      dropUnknown();
      askNext();
    } else {
      questions.addAll(v4 ? List.of("PORT", "EPRT") : List.of("EPRT"));
      dropUnknown();
      open(
          DataLeg.expect(
              ftp.data().backendLocal(),
              ftp.options().backendDataPorts(),
              ftp.data().backendAddress()));
    }
  }

  /** Towards the backend the mode is the client's; the only place that says so. */
  private boolean backendPassive() {
    return clientLeg.expected();
  }

  private void dropUnknown() {
    if (!ftp.data().unknownToBackend().containsAll(questions)) {
      questions.removeAll(ftp.data().unknownToBackend());
    }
  }

  private void askNext() {
    asked = questions.remove();
    if (backendPassive()) {
      ftp.toBackend(asked);
      return;
    }
    InetSocketAddress here = data.connection().listening(Side.BACKEND);
    ftp.toBackend(
        asked.equals("PORT")
            ? AddressCodec.portCommand((Inet4Address) ftp.data().backendLocal(), here.getPort())
            : AddressCodec.eprtCommand(ftp.data().backendLocal(), here.getPort()));
  }

  @Override
  public void reply(Reply reply) {
    if (reply.preliminary() || !reply.last() || asked == null) {
      return;
    }
    if (reply.negative()) {
      refused.add(asked);
      if (reply.code() >= 500 && !NOT_THE_WORD.contains(reply.code()) && !questions.isEmpty()) {
        askNext();
      } else {
        ftp.data().drop(Outcome.failed(Side.BACKEND, reply.toString()));
        ftp.toClient(reply);
        ftp.done(this);
      }
      return;
    }
    ftp.data().unknownToBackend().addAll(refused);
    asked = null;
    if (!backendPassive()) {
      announce();
      return;
    }
    OptionalInt port = announcedPort(reply);
    if (port.isPresent()) {
      open(
          DataLeg.dial(
              new InetSocketAddress(ftp.data().backendAddress(), port.getAsInt()),
              ftp.data().backendLocal()));
    } else {
      LOG.warn("{} the backend announced no address that can be used: {}", ftp, reply);
      answer(425, "The server announced no data port that can be used.");
    }
  }

  private static OptionalInt announcedPort(Reply reply) {
    return switch (reply.code()) {
      case 227 ->
          AddressCodec.pasv(reply.text())
              .map(address -> OptionalInt.of(address.getPort()))
              .orElse(OptionalInt.empty());
      case 229 -> AddressCodec.epsv(reply.text());
      default -> OptionalInt.empty();
    };
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
    } else if (backendPassive()) {
      announce();
    } else {
      askNext();
    }
  }

  /** Both sides are prepared: the client is told. */
  private void announce() {
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
    return ((InetSocketAddress) ftp.session().client().localAddress()).getAddress();
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
