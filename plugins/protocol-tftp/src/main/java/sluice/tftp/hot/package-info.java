/**
 * Hot files: read from a backend once, and served from memory to every client with options, loss
 * recovery and window of its own. All of it on the event loop of one listening socket.
 */
package sluice.tftp.hot;
