package sluice.ftp.login;

import java.util.Optional;

/**
 * What a client has said before it had a server, to be told to its server; one character a byte.
 *
 * @param host the argument of HOST
 * @param software the argument of CLNT
 * @param utf8 the argument of OPTS, about UTF8
 */
public record Said(Optional<String> host, Optional<String> software, Optional<String> utf8) {

  /** Nothing. */
  public static final Said NOTHING = new Said(Optional.empty(), Optional.empty(), Optional.empty());

  /** The same with HOST. */
  public Said withHost(String argument) {
    return new Said(Optional.of(argument), software, utf8);
  }

  /** The same with CLNT. */
  public Said withSoftware(String argument) {
    return new Said(host, Optional.of(argument), utf8);
  }

  /** The same with OPTS. */
  public Said withUtf8(String argument) {
    return new Said(host, software, Optional.of(argument));
  }
}
