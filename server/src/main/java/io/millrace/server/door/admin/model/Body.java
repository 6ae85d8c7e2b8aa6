package io.millrace.server.door.admin.model;

/**
 * Some bytes for people to look at.
 *
 * @param format json, text or binary: what the bytes seem to be
 * @param encoding how {@code data} holds them: utf8 or base64
 * @param data the bytes, or their beginning
 * @param size how many bytes there are altogether
 * @param truncated whether {@code data} is only the beginning
 */
public record Body(String format, String encoding, String data, int size, boolean truncated) {}
