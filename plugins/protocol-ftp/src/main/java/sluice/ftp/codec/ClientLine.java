package sluice.ftp.codec;

/** What a client's line turned out to be. */
public sealed interface ClientLine permits Command, BadLine {}
