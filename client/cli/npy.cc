#include "client/cli/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Array;
using client::Cat;
using client::DType;
using client::Shape;

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMaxHeaderBytes = 1 << 20;
constexpr size_t kMaxRank = 32;  // NumPy's own
constexpr size_t kAlignment = 64;

struct Descr {
  std::string_view code;  // without the byte order
  DType dtype;
  std::string_view written;
};
constexpr std::array<Descr, 6> kDescrs = {{
    {"f8", DType::kFloat64, "<f8"},
    {"f4", DType::kFloat32, "<f4"},
    {"i8", DType::kInt64, "<i8"},
    {"i4", DType::kInt32, "<i4"},
    {"b1", DType::kBool, "|b1"},
    {"?", DType::kBool, "|b1"},
}};

absl::Status Bad(std::string_view what) {
  return absl::InvalidArgumentError(Cat("not a readable .npy file: ", what));
}

absl::StatusOr<DType> DTypeOf(const std::string& descr) {
  const bool ordered = !descr.empty() && std::strchr("<>=|", descr[0]) != nullptr;
  const std::string_view code = std::string_view(descr).substr(ordered ? 1 : 0);
  if (code.starts_with('O'))
    return Bad("it holds Python objects (dtype object), which are never loaded");
  if (descr.starts_with('>')) return Bad(Cat("dtype '", descr, "' is big-endian"));
  for (const Descr& known : kDescrs) {
    if (known.code == code) return known.dtype;
  }
  return Bad(Cat("dtype '", descr, "' is none of <f8 <f4 <i8 <i4 |b1"));
}

struct Header {
  std::string descr;
  bool fortran_order = false;
  Shape shape;
};

// Reads the dict literal, keys in any order. One thread at a time.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  absl::StatusOr<Header> Parse() {
    Header header;
    if (!Take('{')) return Bad("its header is no dict");
    while (!Take('}')) {
      std::string key;
      if (!String(&key) || !Take(':')) return Bad("its header has no key");
      RETURN_IF_ERROR(Value(key, &header));
      if (!Take(',') && !Peek('}')) return Bad("its header has no comma between keys");
    }
    SkipBlanks();
    if (at_ != text_.size()) return Bad("its header goes on behind the dict");
    if (seen_ != (kDescrSeen | kOrderSeen | kShapeSeen)) {
      return Bad("its header lacks 'descr', 'fortran_order' or 'shape'");
    }
    return header;
  }

 private:
  static constexpr unsigned kDescrSeen = 1, kOrderSeen = 2, kShapeSeen = 4;

  absl::Status Value(const std::string& key, Header* header) {
    if (key == "descr") {
      if (Peek('[')) return Bad("it holds records (a structured dtype)");
      if (!String(&header->descr)) return Bad("'descr' is no string");
      return Mark(kDescrSeen);
    }
    if (key == "fortran_order") {
      header->fortran_order = Word("True");
      if (!header->fortran_order && !Word("False"))
        return Bad("'fortran_order' is neither True nor False");
      return Mark(kOrderSeen);
    }
    if (key == "shape") {
      RETURN_IF_ERROR(Tuple(&header->shape));
      return Mark(kShapeSeen);
    }
    return Bad("its header has an unknown key");
  }

  absl::Status Mark(unsigned bit) {
    if ((seen_ & bit) != 0) return Bad("its header has a key twice");
    seen_ |= bit;
    return absl::OkStatus();
  }

  absl::Status Tuple(Shape* shape) {
    if (!Take('(')) return Bad("'shape' is no tuple");
    while (!Take(')')) {
      SkipBlanks();
      int64_t extent = 0;
      const auto result = std::from_chars(text_.data() + at_, text_.data() + text_.size(), extent);
      if (result.ec != std::errc() || extent < 0)
        return Bad("'shape' has an extent that is no length");
      at_ = static_cast<size_t>(result.ptr - text_.data());
      Word("L");  // as Python 2 wrote long integers
      shape->push_back(extent);
      if (shape->size() > kMaxRank) return Bad("it has more than 32 dimensions");
      if (!Take(',') && !Peek(')')) return Bad("'shape' has no comma between extents");
    }
    return absl::OkStatus();
  }

  void SkipBlanks() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr) ++at_;
  }
  bool Peek(char c) {
    SkipBlanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool Take(char c) {
    if (!Peek(c)) return false;
    ++at_;
    return true;
  }
  bool Word(std::string_view word) {
    SkipBlanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool String(std::string* value) {
    const char quote = Peek('"') ? '"' : '\'';
    if (!Take(quote)) return false;
    const size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return false;
    *value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return value->find('\\') == std::string::npos;
  }

  std::string_view text_;
  size_t at_ = 0;
  unsigned seen_ = 0;
};

// Splits the file into header text and element bytes.
absl::Status Split(std::string_view bytes, std::string_view* header, std::string_view* elements) {
  if (!IsNpy(bytes)) return Bad("it does not start with \\x93NUMPY");
  if (bytes.size() < kMagic.size() + 4) return Bad("it ends within its first bytes");
  const int major = static_cast<unsigned char>(bytes[6]),
            minor = static_cast<unsigned char>(bytes[7]);
  if (major < 1 || major > 3 || minor != 0) {
    return Bad(Cat("format version ", major, ".", minor, " is none of 1.0, 2.0, 3.0"));
  }
  const size_t length_bytes = major == 1 ? 2 : 4;
  const size_t start = kMagic.size() + 2 + length_bytes;
  if (bytes.size() < start) return Bad("it ends within its first bytes");
  size_t length = 0;
  for (size_t i = 0; i < length_bytes; ++i) {
    length |= static_cast<size_t>(static_cast<unsigned char>(bytes[8 + i])) << (8 * i);
  }
  if (length > kMaxHeaderBytes) return Bad(Cat("its header of ", length, " bytes is too long"));
  if (bytes.size() - start < length) return Bad("it ends within its header");
  *header = bytes.substr(start, length);
  *elements = bytes.substr(start + length);
  return absl::OkStatus();
}

// Copies elements in Fortran order into C order.
void Reorder(const char* from, const Shape& shape, size_t element_bytes, int64_t count, char* to) {
  std::vector<int64_t> index(shape.size(), 0), stride(shape.size(), 1);
  for (size_t d = 1; d < shape.size(); ++d) stride[d] = stride[d - 1] * shape[d - 1];
  int64_t source = 0;
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(to + static_cast<size_t>(i) * element_bytes,
                from + static_cast<size_t>(source) * element_bytes, element_bytes);
    for (size_t d = shape.size(); d-- > 0;) {
      source += stride[d];
      if (++index[d] < shape[d]) break;
      source -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
}

}  // namespace

bool IsNpy(std::string_view bytes) { return bytes.starts_with(kMagic); }

absl::StatusOr<Array> ReadNpy(std::string_view bytes) {
  std::string_view header_text, elements;
  RETURN_IF_ERROR(Split(bytes, &header_text, &elements));
  ASSIGN_OR_RETURN(const Header header, HeaderParser(header_text).Parse());
  ASSIGN_OR_RETURN(const DType dtype, DTypeOf(header.descr));
  const absl::StatusOr<int64_t> count = client::ElementCount(header.shape);
  if (!count.ok()) return Bad(std::string(count.status().message()));
  const size_t needed = static_cast<size_t>(*count) * client::ByteSize(dtype);
  if (elements.size() != needed) {
    return Bad(Cat("shape ", client::ShapeText(header.shape), " of ", client::Name(dtype),
                   " needs ", needed, " bytes, there are ", elements.size()));
  }
  ASSIGN_OR_RETURN(Array array, Array::Uninitialized(dtype, header.shape));
  char* to = reinterpret_cast<char*>(array.mutable_data());
  if (header.fortran_order && header.shape.size() > 1) {
    Reorder(elements.data(), header.shape, client::ByteSize(dtype), *count, to);
  } else if (needed != 0) {
    std::memcpy(to, elements.data(), needed);
  }
  if (dtype == DType::kBool)
    std::transform(to, to + needed, to, [](char c) { return c != 0 ? 1 : 0; });
  return array;
}

absl::StatusOr<std::string> WriteNpy(const Array& array) {
  const Descr* descr = nullptr;
  for (const Descr& known : kDescrs) {
    if (known.dtype == array.dtype()) descr = &known;
  }
  if (descr == nullptr) {
    return absl::InvalidArgumentError(
        Cat(".npy files of ", client::Name(array.dtype()), " are not written"));
  }
  std::string header =
      Cat("{'descr': '", descr->written,
          "', 'fortran_order': False, 'shape': ", client::ShapeText(array.shape()), ", }");
  const size_t prefix = kMagic.size() + 4;
  const size_t unpadded = prefix + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header.push_back('\n');
  std::string file(kMagic);
  file.push_back(1);
  file.push_back(0);
  file.push_back(static_cast<char>(header.size() & 0xff));
  file.push_back(static_cast<char>(header.size() >> 8));
  file.reserve(file.size() + header.size() + array.byte_size());
  file += header;
  file.append(reinterpret_cast<const char*>(array.data()), array.byte_size());
  return file;
}

}  // namespace formulary::cli
