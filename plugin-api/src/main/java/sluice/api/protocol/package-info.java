/**
 * Protocols: how one client's session is relayed to a backend. The only package that names Netty.
 *
 * <p>A {@link sluice.api.protocol.Protocol} is either a {@link sluice.api.protocol.StreamProtocol}
 * (TCP) or a {@link sluice.api.protocol.DatagramProtocol} (UDP). It receives a {@link
 * sluice.api.protocol.Session} for each client, decides when a backend is chosen by calling {@link
 * sluice.api.protocol.Session#connect}, and says with {@link
 * sluice.api.protocol.BackendLink#answered()} when the backend has answered.
 *
 * <p><b>Threads.</b> All channels of one session share one event loop, and every method of a
 * session, its links, data connections and transfers is called on it, both ways. A protocol's code
 * for a session therefore needs no locks, and it must not block.
 */
package sluice.api.protocol;
