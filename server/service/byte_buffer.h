#ifndef FORMULARY_SERVER_SERVICE_BYTE_BUFFER_H_
#define FORMULARY_SERVER_SERVICE_BYTE_BUFFER_H_

// gRPC's byte buffers as messages and back, without copying what is large. For reactors.cc.

#include <grpcpp/support/byte_buffer.h>

#include "server/service/message.h"

namespace formulary::service {

// The slices of `buffer`, referenced; they stay alive with the message.
Incoming FromByteBuffer(const grpc::ByteBuffer& buffer);

// Slabs become slices that give their memory back when gRPC has sent them.
grpc::ByteBuffer ToByteBuffer(Outgoing message);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_BYTE_BUFFER_H_
