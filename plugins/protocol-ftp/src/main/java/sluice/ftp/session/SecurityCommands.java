package sluice.ftp.session;

import java.util.Locale;
import sluice.ftp.codec.Command;

/** The commands of RFC 4217 and RFC 2228, all of which are the gateway's own: no backend hears. */
final class SecurityCommands {

  private SecurityCommands() {}

  static Exchange exchange(FtpSession ftp, Command command) {
    Security security = ftp.security();
    if (!security.options().offered()) {
      return command.verb().equals("AUTH")
          ? answer(ftp, 534, "TLS is not offered by this listener; log in without it.")
          : answer(ftp, 502, command.verb() + " is not available: this listener offers no TLS.");
    }
    String argument = command.argument().strip().toUpperCase(Locale.ROOT);
    return switch (command.verb()) {
      case "AUTH" -> auth(ftp, security, argument);
      case "PBSZ" -> pbsz(ftp, security, argument);
      case "PROT" -> prot(ftp, security, argument);
      case "CCC" -> ccc(ftp, security);
      default -> answer(ftp, 502, command.verb() + " is not available; use AUTH TLS.");
    };
  }

  private static Exchange auth(FtpSession ftp, Security security, String mechanism) {
    return switch (mechanism) {
      case "TLS", "TLS-C", "SSL" -> {
        if (security.begun()) {
          yield answer(ftp, 503, "TLS was begun on this connection already.");
        }
        if (security.isUserNamed()) {
          yield answer(ftp, 503, "AUTH comes before USER; please connect again.");
        }
        yield new AuthExchange(ftp);
      }
      case "" -> answer(ftp, 501, "AUTH takes a mechanism; use AUTH TLS.");
      default -> answer(ftp, 504, "Only TLS is known here; use AUTH TLS.");
    };
  }

  private static Exchange pbsz(FtpSession ftp, Security security, String size) {
    if (!security.begun()) {
      return answer(ftp, 503, "PBSZ comes after AUTH TLS.");
    }
    if (!size.matches("[0-9]{1,10}")) {
      return answer(ftp, 501, "PBSZ takes a number; use PBSZ 0.");
    }
    security.agreeOnBufferSize();
    return answer(ftp, 200, "PBSZ=0");
  }

  private static Exchange prot(FtpSession ftp, Security security, String level) {
    if (!security.bufferSizeAgreed()) {
      return answer(ftp, 503, "PROT comes after PBSZ 0, and that after AUTH TLS.");
    }
    return switch (level) {
      case "P" -> protect(ftp, true, "Data connections are under TLS.");
      case "C" ->
          security.options().data() == FtpTls.Policy.REQUIRED
              ? answer(ftp, 534, "Data connections must be under TLS here; use PROT P.")
              : protect(ftp, false, "Data connections are in clear text.");
      case "S", "E" -> answer(ftp, 536, "TLS has no such level; use PROT P.");
      default -> answer(ftp, 504, "PROT takes C or P.");
    };
  }

  private static Exchange protect(FtpSession ftp, boolean is, String text) {
    return new ProtExchange(ftp, is, text);
  }

  private static Exchange ccc(FtpSession ftp, Security security) {
    if (!security.control()) {
      return answer(ftp, 533, "The control connection is in clear text.");
    }
    if (security.options().control() == FtpTls.Policy.REQUIRED) {
      return answer(ftp, 534, "The control connection must stay under TLS here.");
    }
    return new ClearExchange(ftp);
  }

  private static Exchange answer(FtpSession ftp, int code, String text) {
    return new LocalAnswer(ftp, code, text);
  }
}
