package sluice.ftp.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;

/** What a session remembers of data connections from one command to the next. */
final class DataState {

  private final Set<String> unknownToBackend = new HashSet<>(2);
  private DataChannel channel;
  private boolean extendedPassiveOnly;
  private BackendLink link;
  private boolean outdated;

  /** The session has a backend now. */
  void backend(BackendLink answered) {
    link = answered;
    unknownToBackend.clear();
  }

  /** The backend's address, from which its data connections come and to which they go. */
  InetAddress backendAddress() {
    return link.address().getAddress();
  }

  /** The gateway's address towards the backend. */
  InetAddress backendLocal() {
    return ((InetSocketAddress) link.channel().localAddress()).getAddress();
  }

  /** Commands that this backend has refused while another did the same. */
  Set<String> unknownToBackend() {
    return unknownToBackend;
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
