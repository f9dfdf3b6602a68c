package sluice.ftp.session;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.DataLeg;
import sluice.ftp.codec.AddressCodec;
import sluice.ftp.codec.Reply;

/**
 * The backend's side of a data connection: asked for in the words that this backend and its address
 * family understand. Of what it announces only the port is believed, unless the descriptor trusts
 * the address.
 */
final class BackendSetup {

  private static final Logger LOG = LoggerFactory.getLogger(BackendSetup.class);

  /** Refusals that another way of asking does not help against. */
  private static final List<Integer> NOT_THE_WORD = List.of(530, 532, 533, 534);

  /** Told how it goes. */
  interface Events {

    /** The backend listens: a data connection may be opened that dials it. */
    void announced(DataLeg leg);

    /** The backend was told where the gateway listens. */
    void told();

    /** The backend does not do it. */
    void refused(Reply reply);

    /** The backend announced nothing that can be used. */
    void useless();
  }

  private final FtpSession ftp;
  private final Events events;
  private final boolean passive;
  private final Deque<String> questions = new ArrayDeque<>(2);
  private final Deque<String> refused = new ArrayDeque<>(2);
  private int listening;
  private String asked;

  /**
   * @param passive whether the gateway dials the backend
   * @param preferPasv whether PASV is asked for first
   */
  BackendSetup(FtpSession ftp, boolean passive, boolean preferPasv, Events events) {
    this.ftp = ftp;
    this.passive = passive;
    this.events = events;
    DataState data = ftp.data();
    boolean v4 = data.backendAddress() instanceof Inet4Address;
    List<String> words;
    if (passive) {
      words = v4 && preferPasv ? List.of("PASV", "EPSV") : List.of("EPSV", "PASV");
    } else {
      words = v4 ? List.of("PORT", "EPRT") : List.of("EPRT");
    }
    // What was refused before comes last, and is asked again if the other is refused, too.
    words.stream().sorted(Comparator.comparing(data::refuses)).forEach(questions::add);
  }

  /** The leg on which an active backend is expected; to be opened before {@link #tell}. */
  DataLeg expected() {
    return DataLeg.expect(
        ftp.data().backendLocal(), ftp.options().backendDataPorts(), ftp.data().backendAddress());
  }

  /** Asks a passive backend where it listens. */
  void ask() {
    askNext();
  }

  /** Tells an active backend where the gateway listens. */
  void tell(int port) {
    listening = port;
    askNext();
  }

  private void askNext() {
    asked = questions.remove();
    ftp.toBackend(
        switch (asked) {
          case "PORT" ->
              AddressCodec.portCommand((Inet4Address) ftp.data().backendLocal(), listening);
          case "EPRT" -> AddressCodec.eprtCommand(ftp.data().backendLocal(), listening);
          default -> asked;
        });
  }

  void reply(Reply reply) {
    if (reply.preliminary() || !reply.last() || asked == null) {
      return;
    }
    if (reply.negative()) {
      refused.add(asked);
      if (reply.code() >= 500 && !NOT_THE_WORD.contains(reply.code()) && !questions.isEmpty()) {
        LOG.debug("{} the backend refuses {}: {}", ftp, asked, reply);
        askNext();
      } else {
        asked = null;
        events.refused(reply);
      }
      return;
    }
    refused.forEach(ftp.data()::refused);
    asked = null;
    if (!passive) {
      events.told();
      return;
    }
    Optional<InetSocketAddress> announced = announced(reply);
    if (announced.isPresent()) {
      events.announced(DataLeg.dial(announced.get(), ftp.data().backendLocal()));
    } else {
      LOG.warn("{} the backend announced no address that can be used: {}", ftp, reply);
      events.useless();
    }
  }

  private Optional<InetSocketAddress> announced(Reply reply) {
    InetAddress backend = ftp.data().backendAddress();
    if (reply.code() == 229) {
      var port = AddressCodec.epsv(reply.text());
      return port.isPresent()
          ? Optional.of(new InetSocketAddress(backend, port.getAsInt()))
          : Optional.empty();
    }
    return reply.code() == 227
        ? AddressCodec.pasv(reply.text())
            .map(
                address ->
                    trusted(address.getAddress())
                        ? address
                        : new InetSocketAddress(backend, address.getPort()))
        : Optional.empty();
  }

  /** A backend could send the gateway anywhere: only where the descriptor lets it. */
  private boolean trusted(InetAddress announced) {
    return ftp.data().backendAddress() instanceof Inet4Address
        && !announced.isAnyLocalAddress()
        && !announced.isMulticastAddress()
        && ftp.options().trusts(announced);
  }
}
