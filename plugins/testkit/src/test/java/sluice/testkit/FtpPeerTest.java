package sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FtpPeerTest {

  @TempDir Path root;

  @Test
  void itsGreetingNamesIt() throws IOException {
    try (FtpPeer peer = FtpPeer.start(new InetSocketAddress("127.0.0.1", 0), root, "west-1");
        Control control = new Control(peer)) {
      assertEquals("220 west-1 ready", control.greeting);
    }
  }

  @Test
  void aFileIsUploadedActivelyAndDownloadedPassively() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        Control control = new Control(peer)) {
      control.login();
      try (ServerSocket data = new ServerSocket(0, 1, peer.address().getAddress())) {
        int port = data.getLocalPort();
        control.expect("200", "PORT 127,0,0,1," + port / 256 + "," + port % 256);
        control.expect("150", "STOR hello.txt");
        try (Socket socket = data.accept()) {
          socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        }
      }
      control.expect("226", null);
      assertEquals("hello", Files.readString(root.resolve("hello.txt")));

      for (String passive : new String[] {"EPSV", "PASV"}) {
        try (Socket data = control.passive(peer, passive)) {
          control.expect("150", "RETR hello.txt");
          assertEquals("hello", new String(data.getInputStream().readAllBytes(), "US-ASCII"));
        }
        control.expect("226", null);
      }
    }
  }

  @Test
  void aListingIsServedAndSessionsAreCounted() throws IOException {
    Files.writeString(root.resolve("seen.txt"), "x");
    try (FtpPeer peer = FtpPeer.start(root);
        Control control = new Control(peer)) {
      control.login();
      assertEquals(1, peer.sessions());
      try (Socket data = control.passive(peer, "PASV")) {
        control.expect("150", "LIST");
        String listing = new String(data.getInputStream().readAllBytes(), "US-ASCII");
        assertTrue(listing.contains("seen.txt"), listing);
      }
      control.expect("226", null);
    }
  }

  @Test
  void aWrongPasswordIsRefused() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        Control control = new Control(peer)) {
      control.expect("331", "USER user");
      control.expect("530", "PASS wrong");
    }
  }

  @Test
  void ipv6IsServed() throws IOException {
    try (FtpPeer peer = FtpPeer.start("::1", root);
        Control control = new Control(peer)) {
      control.login();
      try (Socket data = control.passive(peer, "EPSV")) {
        control.expect("150", "NLST");
        data.getInputStream().readAllBytes();
      }
      control.expect("226", null);
    }
  }

  @Test
  void closedItLeavesNoThreadAndItsPortCanBeTakenAgain() throws Exception {
    Threads threads = Threads.watch();
    FtpPeer peer = FtpPeer.start(root);
    try (Control control = new Control(peer)) {
      control.login();
      peer.close();
      peer.close();
    }
    try (FtpPeer again = FtpPeer.start(peer.address(), root, "again");
        Control control = new Control(again)) {
      assertEquals(peer.address(), again.address());
      assertEquals("220 again ready", control.greeting);
    }
    threads.assertNoneLeft();
  }

  /** A control connection as a test reads it. */
  private static final class Control implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;
    private final String greeting;

    Control(FtpPeer peer) throws IOException {
      socket = new Socket(peer.address().getAddress(), peer.address().getPort());
      socket.setSoTimeout(20_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      greeting = in.readLine();
    }

    void login() throws IOException {
      expect("331", "USER " + FtpPeer.USER);
      expect("230", "PASS " + FtpPeer.PASSWORD);
    }

    String expect(String code, String command) throws IOException {
      if (command != null) {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
      String reply = in.readLine();
      assertTrue(reply != null && reply.startsWith(code), command + " -> " + reply);
      return reply;
    }

    Socket passive(FtpPeer peer, String command) throws IOException {
      int port;
      if (command.equals("EPSV")) {
        String[] parts = expect("229", command).split("\\|");
        port = Integer.parseInt(parts[3]);
      } else {
        String reply = expect("227", command);
        String[] parts =
            reply.substring(reply.indexOf('(') + 1, reply.indexOf(')')).trim().split(",");
        port = Integer.parseInt(parts[4]) * 256 + Integer.parseInt(parts[5]);
      }
      return new Socket(peer.address().getAddress(), port);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
