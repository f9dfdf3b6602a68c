package sluice.core.net.proxy;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import sluice.api.protocol.TlsFacts;

/**
 * The part of a version 2 header behind the addresses (section 2.2 of the specification): type,
 * length, value, over and over. Types that mean nothing here are skipped.
 */
final class Tlvs {

  private static final int AUTHORITY = 0x02;
  private static final int CHECKSUM = 0x03;
  private static final int UNIQUE_ID = 0x05;
  private static final int SSL = 0x20;
  private static final int SSL_VERSION = 0x21;
  private static final int SSL_CN = 0x22;
  private static final int SSL_CIPHER = 0x23;

  private static final int CLIENT_SSL = 1;
  private static final int CLIENT_CERT_CONN = 2;
  private static final int CLIENT_CERT_SESS = 4;

  private static final int LONGEST_ID = 128;
  private static final int LONGEST_TEXT = 255;

  private Tlvs() {}

  static void write(ByteBuf out, ClientFacts facts) {
    facts.serverName().ifPresent(name -> text(out, AUTHORITY, name, LONGEST_TEXT));
    facts.tls().ifPresent(tls -> ssl(out, tls));
    facts.uniqueId().ifPresent(id -> text(out, UNIQUE_ID, id, LONGEST_ID));
  }

  private static void ssl(ByteBuf out, TlsFacts tls) {
    int at = begin(out, SSL);
    boolean certified = tls.subject().isPresent();
    int own = tls.resumed() ? 0 : CLIENT_CERT_CONN;
    out.writeByte(CLIENT_SSL | (certified ? CLIENT_CERT_SESS | own : 0));
    // Zero for a certificate that was verified; one that was not is never taken.
    out.writeInt(certified ? 0 : 1);
    text(out, SSL_VERSION, tls.protocol(), LONGEST_TEXT);
    tls.subject()
        .flatMap(Tlvs::commonName)
        .ifPresent(name -> text(out, SSL_CN, name, LONGEST_TEXT));
    if (!tls.cipher().isEmpty()) {
      text(out, SSL_CIPHER, tls.cipher(), LONGEST_TEXT);
    }
    end(out, at);
  }

  private static int begin(ByteBuf out, int type) {
    out.writeByte(type);
    out.writeShort(0);
    return out.writerIndex();
  }

  private static void end(ByteBuf out, int begun) {
    out.setShort(begun - 2, out.writerIndex() - begun);
  }

  /** Cut between two characters if it is too long. */
  private static void text(ByteBuf out, int type, String text, int longest) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, longest);
    while (length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
      length--;
    }
    out.writeByte(type).writeShort(length).writeBytes(bytes, 0, length);
  }

  private static Optional<String> commonName(String subject) {
    try {
      return new LdapName(subject)
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(rdn -> rdn.getValue().toString())
              .reduce((outer, inner) -> inner);
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads what is behind the addresses.
   *
   * @param header the whole header
   * @param from where it begins
   */
  static ClientFacts read(ByteBuf header, int from) throws MalformedHeaderException {
    Optional<TlsFacts> tls = Optional.empty();
    Optional<String> serverName = Optional.empty();
    Optional<String> uniqueId = Optional.empty();
    int at = from;
    while (at < header.writerIndex()) {
      int value = value(header, at, header.writerIndex());
      int length = header.getUnsignedShort(at + 1);
      switch (header.getUnsignedByte(at)) {
        case AUTHORITY -> serverName = text(header, value, length, LONGEST_TEXT);
        case UNIQUE_ID -> uniqueId = text(header, value, length, LONGEST_ID);
        case SSL -> tls = ssl(header, value, length);
        case CHECKSUM -> verify(header, value, length);
        default -> {
          // It tells something that nobody here asks for.
        }
      }
      at = value + length;
    }
    Optional<String> name = serverName.map(found -> found.toLowerCase(Locale.ROOT));
    return new ClientFacts(tls.map(found -> withName(found, name)), name, uniqueId);
  }

  private static TlsFacts withName(TlsFacts tls, Optional<String> name) {
    return new TlsFacts(tls.protocol(), tls.cipher(), tls.resumed(), name, tls.subject());
  }

  /** Where the value of what begins at a place begins. */
  private static int value(ByteBuf in, int at, int end) throws MalformedHeaderException {
    if (end - at < 3 || end - at - 3 < in.getUnsignedShort(at + 1)) {
      throw new MalformedHeaderException("what follows its addresses is cut off");
    }
    return at + 3;
  }

  private static Optional<TlsFacts> ssl(ByteBuf in, int from, int length)
      throws MalformedHeaderException {
    if (length < 5) {
      throw new MalformedHeaderException("what it tells of TLS is cut off");
    }
    int client = in.getUnsignedByte(from);
    Optional<String> version = Optional.empty();
    Optional<String> cipher = Optional.empty();
    Optional<String> name = Optional.empty();
    int end = from + length;
    for (int at = from + 5; at < end; ) {
      int value = value(in, at, end);
      int size = in.getUnsignedShort(at + 1);
      switch (in.getUnsignedByte(at)) {
        case SSL_VERSION -> version = text(in, value, size, LONGEST_TEXT);
        case SSL_CIPHER -> cipher = text(in, value, size, LONGEST_TEXT);
        case SSL_CN -> name = text(in, value, size, LONGEST_TEXT);
        default -> {
          // As above.
        }
      }
      at = value + size;
    }
    boolean verified =
        (client & (CLIENT_CERT_CONN | CLIENT_CERT_SESS)) != 0 && in.getInt(from + 1) == 0;
    if ((client & CLIENT_SSL) == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new TlsFacts(
            version.orElse("TLS"),
            cipher.orElse(""),
            (client & CLIENT_CERT_CONN) == 0 && verified && name.isPresent(),
            Optional.empty(),
            name.filter(found -> verified).map(found -> "CN=" + Rdn.escapeValue(found))));
  }

  /** Empty if it is not fit for logs and rules. */
  private static Optional<String> text(ByteBuf in, int from, int length, int longest) {
    String text = in.toString(from, length, StandardCharsets.UTF_8);
    boolean fit =
        length > 0
            && length <= longest
            && text.chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD');
    return fit ? Optional.of(text) : Optional.empty();
  }

  /** The sum of the header with four zeros in its place. */
  private static void verify(ByteBuf header, int from, int length) throws MalformedHeaderException {
    byte[] bytes = new byte[header.writerIndex()];
    header.getBytes(0, bytes);
    boolean right = length == 4;
    for (int i = 0; right && i < 4; i++) {
      bytes[from + i] = 0;
    }
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    if (!right || sum.getValue() != header.getUnsignedInt(from)) {
      throw new MalformedHeaderException("its checksum (CRC-32C) is wrong");
    }
  }
}
