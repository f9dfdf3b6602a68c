package sluice.ftp.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;

/** What a session remembers of data connections from one command to the next. */
final class DataState {

  private static final Logger LOG = LoggerFactory.getLogger(DataState.class);

  private final RefusedWords refusals;
  private DataChannel channel;
  private boolean extendedPassiveOnly;
  private BackendLink link;
  private boolean outdated;
  private boolean expired;

  DataState(RefusedWords refusals) {
    this.refusals = refusals;
  }

  /** The session has a backend now. */
  void backend(BackendLink answered) {
    link = answered;
  }

  /** The backend's address, from which its data connections come and to which they go. */
  InetAddress backendAddress() {
    return link.address().getAddress();
  }

  /** The gateway's address towards the backend. */
  InetAddress backendLocal() {
    return ((InetSocketAddress) link.channel().localAddress()).getAddress();
  }

  /** Whether this backend was seen to refuse a command while another did the same. */
  boolean refuses(String verb) {
    return refusals.has(link.backend(), verb);
  }

  /** The backend has refused a command, and another did the same. */
  void refused(String verb) {
    refusals.add(link.backend(), verb);
  }

  /** Whether the client has sent EPSV ALL (RFC 2428 section 4). */
  boolean extendedPassiveOnly() {
    return extendedPassiveOnly;
  }

  void allowOnlyExtendedPassive() {
    extendedPassiveOnly = true;
  }

  /** The data connection that the next transfer uses, or null. */
  DataChannel channel() {
    return channel;
  }

  void prepared(DataChannel data) {
    channel = data;
    outdated = false;
    expired = false;
  }

  /** Gives up the data connection, if there is one. */
  void drop(Outcome reason) {
    if (channel != null) {
      channel.cut(reason);
      channel = null;
    }
  }

  /** Gives up the data connection, if there is one, because what was agreed on has changed. */
  void dropForProt(Outcome reason) {
    outdated |= channel != null;
    drop(reason);
  }

  /** Gives up a data connection for which nobody has come, so that it holds no port for longer. */
  void expire(DataChannel data, String verb, Duration limit) {
    if (channel == data && !data.used() && !data.connection().connected(Side.CLIENT)) {
      LOG.info(
          "{} nobody came for the data connection that {} has set up, nor any command to use it,"
              + " within {} s; it is given up",
          link.backend(),
          verb,
          limit.toSeconds());
      expired = true;
      drop(Outcome.timedOut(Side.CLIENT, "it was not used within " + limit.toSeconds() + " s"));
    }
  }

  /** Whether the last data connection that the client has set up was given up unused. */
  boolean expired() {
    return expired;
  }

  /** Whether the last data connection that the client has set up was given up for PROT. */
  boolean outdated() {
    return outdated;
  }

  /** REIN (RFC 959 section 4.1.1): everything is as after the greeting. */
  void reinitialise(Outcome reason) {
    extendedPassiveOnly = false;
    drop(reason);
  }
}
