/**
 * TFTP through the gateway (RFC 1350, with the options of RFC 2347, 2348, 2349 and 7440 passed
 * through).
 *
 * <p>A request opens a session. Its packets are relayed one to one and unchanged between the
 * client's transfer id and the backend's; the gateway reads only what tells it where a transfer
 * ends. It sends nothing on its own while a transfer runs, so that it cannot multiply packets (RFC
 * 1123, section 4.2.3.1), and repeats a last packet for a while after the end.
 */
package sluice.tftp;
