package sluice.api.protocol;

/**
 * What {@link ProtocolFactory#create} makes: implement {@link StreamProtocol} or {@link
 * DatagramProtocol}. If it is {@link AutoCloseable}, the gateway closes it on the main thread when
 * the listener and all its sessions are gone.
 */
public sealed interface Protocol permits StreamProtocol, DatagramProtocol {}
