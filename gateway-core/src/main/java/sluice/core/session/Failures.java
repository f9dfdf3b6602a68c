package sluice.core.session;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;

/** Failures of the network in words. */
final class Failures {

  private Failures() {}

  /** One line without class names. */
  static String text(Throwable cause) {
    if (cause == null
        || cause instanceof ClosedChannelException
        || cause instanceof NotYetConnectedException) {
      return "the connection ended";
    }
    if (cause instanceof ConnectTimeoutException) {
      return "the connect timed out";
    }
    if (cause instanceof NoRouteToHostException) {
      return "there is no route to it";
    }
    if (cause instanceof UnknownHostException) {
      return "unknown host " + cause.getMessage();
    }
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof ConnectException && message.contains("refused")) {
      return "it refused the connection";
    }
    if (message.contains("reset by peer")) {
      return "connection reset";
    }
    return message;
  }
}
