// What to do with images while they are in the cache of the thread that made them.
#pragma once

#include "../core/vector.h"

namespace resnet::RESNET_ISA {

struct GroupDone {
  void (*call)(void* context, int firstImage, int images, int thread);
  void* context;
  void operator()(int firstImage, int images, int thread) const {
    if (call != nullptr) call(context, firstImage, images, thread);
  }
};

constexpr GroupDone kNothingToDo{nullptr, nullptr};

// A lambda (first image, images, thread), which must outlive the result.
template <class Body>
RESNET_INLINE GroupDone groupDone(const Body& body) {
  return {[](void* context, int first, int images, int thread) {
            (*static_cast<const Body*>(context))(first, images, thread);
          },
          const_cast<Body*>(&body)};
}

}  // namespace resnet::RESNET_ISA
