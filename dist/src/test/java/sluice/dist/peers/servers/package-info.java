/** Real servers, each a process group on an address of its own. */
package sluice.dist.peers.servers;
