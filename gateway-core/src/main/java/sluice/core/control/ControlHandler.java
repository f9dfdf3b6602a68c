package sluice.core.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Answers the requests of one connection to the control socket, in JSON. */
final class ControlHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final Logger LOG = LogManager.getLogger(ControlHandler.class);

  /** What can be asked: path, then method, then what answers. */
  private final Map<String, Map<String, Callable<Object>>> verbs = new TreeMap<>();

  ControlHandler(Operations operations, Duration stopTimeout) {
    verbs.put("/status", Map.of("GET", operations::status));
    verbs.put("/sessions", Map.of("GET", operations::sessions));
    verbs.put(
        "/stop",
        Map.of(
            "POST",
            () -> {
              LOG.info("asked to stop through the control socket");
              operations.stop();
              return new Stopping("stopping", stopTimeout.toMillis());
            }));
  }

  /**
   * The answer to a stop.
   *
   * @param state of the gateway from here on
   * @param timeoutMillis how long it may take until the process ends
   */
  record Stopping(String state, long timeoutMillis) {}

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    FullHttpResponse response = answer(request);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    HttpUtil.setContentLength(response, response.content().readableBytes());
    boolean keep = HttpUtil.isKeepAlive(request);
    HttpUtil.setKeepAlive(response, keep);
    var written = context.writeAndFlush(response);
    if (!keep) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private FullHttpResponse answer(FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return problem(
          HttpResponseStatus.BAD_REQUEST, "this is not HTTP/1.1; ask GET /status, for example");
    }
    String path = new QueryStringDecoder(request.uri()).path();
    Map<String, Callable<Object>> methods = verbs.get(path);
    if (methods == null) {
      return problem(
          HttpResponseStatus.NOT_FOUND,
          "there is no " + path + " here, but " + String.join(", ", verbs.keySet()));
    }
    Callable<Object> verb = methods.get(request.method().name());
    if (verb == null) {
      FullHttpResponse response =
          problem(
              HttpResponseStatus.METHOD_NOT_ALLOWED,
              path + " is asked with " + String.join(", ", methods.keySet()));
      response.headers().set(HttpHeaderNames.ALLOW, String.join(", ", methods.keySet()));
      return response;
    }
    try {
      return response(HttpResponseStatus.OK, verb.call());
    } catch (Exception e) {
      LOG.error("{} {} failed", request.method(), path, e);
      return problem(
          HttpResponseStatus.INTERNAL_SERVER_ERROR, "the gateway's log says why this failed: " + e);
    }
  }

  private static FullHttpResponse problem(HttpResponseStatus status, String message) {
    try {
      return response(status, Map.of("problem", message));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text is always JSON", e);
    }
  }

  private static FullHttpResponse response(HttpResponseStatus status, Object body)
      throws JsonProcessingException {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(Json.bytes(body)));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) { // a client that went away is no news
      LOG.warn("a connection to the control socket is closed", cause);
    }
    context.close();
  }
}
