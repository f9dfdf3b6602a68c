/** Real clients: each moves files with one run of a program that others wrote. */
package sluice.dist.peers.clients;
